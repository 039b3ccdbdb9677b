/** Training in a process of its own at lower priority, so that it can neither stall nor take down the video. */
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { IrisflowError } from '../errors.js';
import type { TrainingBatch } from '../models/types.js';
import { HEARTBEAT_FD, watchHeartbeat } from './heartbeat.js';
import { Caller } from './rpc.js';
import type { SaveAnswer, TrainAnswer, TrainingMethods, TrainOpen, TrainStart } from './train-host.js';

/** Compiling large networks takes long. */
const OPEN_LIMIT_MS = 300_000;
/** A step may take as long as the longest one so often, and this long in any case. */
const [STEP_LIMIT_MS, STEP_LIMIT_TIMES] = [120_000, 20];
const SAVE_LIMIT_MS = 120_000;

/**
 * One trainer process. When it dies, stands still or does not answer a call in time it is ended, and every call rejects with `WORKER`;
 * {@link TrainingProcess.ended} tells when.
 */
export class TrainingProcess {
  private longestStep = 0;
  private longestSave = 0;

  private constructor(
    private readonly caller: Caller<TrainingMethods>,
    /** Ends the process at once, for this reason. */
    readonly kill: (reason: string) => void,
    readonly pid: number,
    readonly start: TrainStart,
    /** Resolves with the reason when the process is gone. */
    readonly ended: Promise<string>,
  ) {}

  /** Starts the process and opens or continues the training in it. Rejects with `WORKER` when `signal` aborts before it is open. */
  static async open(options: TrainOpen, signal?: AbortSignal): Promise<TrainingProcess> {
    const entry = createRequire(import.meta.url).resolve('#workers/training');
    const child = fork(entry, [], {
      // Loaders and evaluation flags of the calling program are not for a built file.
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
    });
    let killedFor: string | undefined;
    const kill = (reason: string) => {
      killedFor ??= reason;
      // Ends a stopped process too.
      child.kill('SIGKILL');
    };
    const caller = new Caller<TrainingMethods>(
      {
        // What cannot be sent needs no answer of its own: the process is gone, and its exit fails every call at once.
        post: (message) => void child.send(message as object, () => undefined),
        listen: (onMessage) => void child.on('message', onMessage),
      },
      { what: 'the trainer process', onMissed: ({ message }) => kill(message) },
    );
    // A process that hangs does not notice that this one is gone.
    const killAtExit = () => void child.kill('SIGKILL');
    process.on('exit', killAtExit);
    const stopWatching = watchHeartbeat(child.stdio[HEARTBEAT_FD] as Readable, (seconds) =>
      kill(`it gave no sign of life for ${seconds} s: it was stopped, or got no processor time`),
    );
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`could not start: ${error.message}`));
      child.once('exit', (code, name) => resolve(killedFor ?? (name ? `killed by ${name}` : `exit code ${code}`)));
    }).then((reason) => {
      stopWatching();
      process.off('exit', killAtExit);
      caller.fail(new IrisflowError('WORKER', `the trainer process ended (${reason})`));
      return reason;
    });
    const abort = () => kill('the trainer was closed');
    signal?.addEventListener('abort', abort);
    try {
      const start = await caller.call('open', options, OPEN_LIMIT_MS);
      return new TrainingProcess(caller, kill, child.pid ?? 0, start, ended);
    } catch (error) {
      abort();
      await ended;
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Milliseconds that a step and a save after it have taken at most. */
  get longest(): number {
    return this.longestStep + this.longestSave;
  }

  async train({ synthetic, real, labels, heldOut }: TrainingBatch, publish: boolean): Promise<TrainAnswer> {
    const began = performance.now();
    const limit = Math.max(STEP_LIMIT_MS, this.longestStep * STEP_LIMIT_TIMES);
    // What else a batch carries is not for the process, and may not be sendable.
    const answer = await this.caller.call('train', { batch: { synthetic, real, labels, heldOut }, publish }, limit);
    this.longestStep = Math.max(this.longestStep, performance.now() - began);
    return answer;
  }

  async save(version: number): Promise<SaveAnswer> {
    const began = performance.now();
    const answer = await this.caller.call(
      'save',
      { version },
      Math.max(SAVE_LIMIT_MS, this.longestSave * STEP_LIMIT_TIMES),
    );
    this.longestSave = Math.max(this.longestSave, performance.now() - began);
    return answer;
  }

  /** Ends the process; what was not saved is lost. */
  async close(): Promise<void> {
    this.kill('the trainer was closed');
    await this.ended;
  }
}
