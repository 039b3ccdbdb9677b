/** Training in a process of its own at lower priority, so that it can neither stall nor take down the video. */
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { IrisflowError } from '../errors.js';
import type { TrainingBatch } from '../models/types.js';
import { Caller } from './rpc.js';
import type { SaveAnswer, TrainAnswer, TrainingMethods, TrainOpen, TrainStart } from './train-host.js';

/** One trainer process. When it dies every call rejects with `WORKER`; {@link TrainingProcess.ended} tells when. */
export class TrainingProcess {
  private constructor(
    private readonly caller: Caller<TrainingMethods>,
    private readonly kill: () => void,
    readonly pid: number,
    readonly start: TrainStart,
    /** Resolves with the reason when the process is gone. */
    readonly ended: Promise<string>,
  ) {}

  /** Starts the process and opens or continues the training in it. */
  static async open(options: TrainOpen): Promise<TrainingProcess> {
    const entry = createRequire(import.meta.url).resolve('#workers/training');
    const child = fork(entry, [], {
      // Loaders and evaluation flags of the calling program are not for a built file.
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const caller = new Caller<TrainingMethods>({
      // What cannot be sent needs no answer of its own: the process is gone, and its exit fails every call at once.
      post: (message) => void child.send(message as object, () => undefined),
      listen: (onMessage) => void child.on('message', onMessage),
    });
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`could not start: ${error.message}`));
      child.once('exit', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
    }).then((reason) => {
      caller.fail(new IrisflowError('WORKER', `the trainer process ended (${reason})`));
      return reason;
    });
    const kill = () => void child.kill('SIGKILL');
    try {
      const start = await caller.call('open', options);
      return new TrainingProcess(caller, kill, child.pid ?? 0, start, ended);
    } catch (error) {
      kill();
      await ended;
      throw error;
    }
  }

  train({ synthetic, real, labels, heldOut }: TrainingBatch, publish: boolean): Promise<TrainAnswer> {
    // What else a batch carries is not for the process, and may not be sendable.
    return this.caller.call('train', { batch: { synthetic, real, labels, heldOut }, publish });
  }

  save(version: number): Promise<SaveAnswer> {
    return this.caller.call('save', { version });
  }

  /** Ends the process; what was not saved is lost. */
  async close(): Promise<void> {
    this.kill();
    await this.ended;
  }
}
