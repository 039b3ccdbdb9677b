/** One worker thread for inference, from its start to its end. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { keepPrivate } from '../engine/onnx/privacy.js';
import type { EngineName, EngineOptions } from '../engine/types.js';
import { IrisflowError } from '../errors.js';
import type { InferenceMethods } from './inference-host.js';
import { Caller } from './rpc.js';

/** How an inference thread is opened. */
export interface InferenceThreadOptions extends EngineOptions {
  /** Default `auto`. */
  readonly engine?: EngineName | 'auto';
}

/** Engines that talk to a driver for the first time take long. */
const OPEN_LIMIT_MS = 120_000;
/** What a thread that is closed may still take to answer, and then to end. */
const [ANSWER_GRACE_MS, END_GRACE_MS] = [1000, 500];

/** Threads that do not end. Node waits for them when it exits, for ever. */
const stuck = new Set<Worker>();
let watching = false;

/** A thread that hangs or dies rejects every call with `WORKER`; {@link InferenceThread.ended} tells why. */
export class InferenceThread {
  private constructor(
    private readonly worker: Worker,
    /** The calls into the thread. */
    readonly caller: Caller<InferenceMethods>,
    /** Which engine runs here, and why. */
    readonly description: string,
    /** Resolves with the reason when the thread has died or was given up. */
    readonly ended: Promise<string>,
  ) {}

  /** Starts the thread and its engine. Rejects with `ENGINE` where no engine works. */
  static async open({
    engine = 'auto',
    threads,
    executionProviders,
  }: InferenceThreadOptions): Promise<InferenceThread> {
    keepPrivate();
    const entry = createRequire(import.meta.url).resolve('#workers/inference');
    const worker = new Worker(entry, { name: 'irisflow-inference', execArgv: [] });
    let end: (reason: string) => void = () => undefined;
    const ended = new Promise<string>((resolve) => {
      end = resolve;
    });
    const caller = new Caller<InferenceMethods>(
      {
        post: (message) => worker.postMessage(message),
        listen: (onMessage) => void worker.on('message', onMessage),
      },
      {
        what: 'the inference worker',
        onMissed: ({ message }) => {
          end(message);
          void terminate(worker);
        },
      },
    );
    const fail = (message: string, cause?: unknown) => {
      caller.fail(new IrisflowError('WORKER', message, { cause }));
      end(message);
    };
    worker.on('error', (cause) => fail(`the inference worker failed: ${cause.message}`, cause));
    worker.on('exit', (code) => fail(`the inference worker ended (exit code ${code})`));
    try {
      const description = await caller.call('open', { engine, threads, executionProviders }, OPEN_LIMIT_MS);
      return new InferenceThread(worker, caller, description, ended);
    } catch (error) {
      await terminate(worker);
      throw error;
    }
  }

  /** What has been asked is still answered, unless it takes longer than a second; then the thread ends. */
  async close(): Promise<void> {
    // A thread that ends in the middle of a native call takes the whole process with it.
    const idle = this.caller.call('close', undefined, ANSWER_GRACE_MS).catch(() => undefined);
    this.caller.refuse(new IrisflowError('WORKER', 'the inference worker was closed'));
    await within(idle, ANSWER_GRACE_MS);
    await terminate(this.worker);
  }
}

/** Ends a thread. One that is inside a native call ends after it; it is not waited for. */
async function terminate(worker: Worker): Promise<void> {
  stuck.add(worker);
  if (!watching) {
    watching = true;
    process.on('exit', () => {
      if (stuck.size > 0) process.kill(process.pid, 'SIGKILL');
    });
  }
  const gone = worker.terminate().then(() => void stuck.delete(worker));
  worker.unref();
  await within(gone, END_GRACE_MS);
}

/** Resolves when the work has, or after so many milliseconds. */
async function within(work: Promise<unknown>, limit: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit);
  });
  await Promise.race([work, passed]);
  clearTimeout(timer);
}
