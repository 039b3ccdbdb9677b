/** Typed calls across a thread or process border: one request, one answer, handled strictly one after the other. */
import { IrisflowError, messageOf } from '../errors.js';

/** The methods of a worker: each takes one argument and may answer later. */
// biome-ignore lint/suspicious/noExplicitAny: a bound for method tables; the tables themselves are fully typed
export type Methods = Record<string, (argument: any) => unknown>;

type Argument<M extends Methods, K extends keyof M> = Parameters<M[K]>[0];
type Answer<M extends Methods, K extends keyof M> = Awaited<ReturnType<M[K]>>;

/** Either end of a border: a worker's port or a child process's IPC. */
export interface Port {
  post(message: unknown): void;
  listen(onMessage: (message: unknown) => void): void;
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { code?: string; message: string } };

/** Answers requests from the other end, in the order they came. */
export function serveMethods(port: Port, methods: Methods): void {
  let queue = Promise.resolve();
  port.listen((message) => {
    const { id, method, argument } = message as Request;
    queue = queue.then(async () => {
      try {
        port.post({ id, value: await methods[method](argument) });
      } catch (error) {
        const code = error instanceof IrisflowError ? error.code : undefined;
        port.post({ id, error: { code, message: messageOf(error) } });
      }
    });
  });
}

/** What is done about a call that is never answered. */
export interface Deadline {
  /** Who is called, for the message, such as `the inference worker`. */
  readonly what: string;
  /** Called once, when a deadline has passed and every call has been rejected: whoever does not answer is to be ended. */
  readonly onMissed: (error: IrisflowError) => void;
}

interface PendingCall {
  readonly method: string;
  /** Milliseconds that it may take once it is its turn. */
  readonly limit: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The waiting is counted in parts, so that the time in which this process or the machine stood still counts as one of them at most. */
const DEADLINE_PARTS = 5;

/** The calling end. After {@link fail} every call, pending or new, rejects with that error. */
export class Caller<M extends Methods> {
  private readonly pending = new Map<number, PendingCall>();
  private next = 0;
  private failure: Error | undefined;
  private watched: PendingCall | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly port: Port,
    private readonly deadline: Deadline,
  ) {
    port.listen((message) => this.settle(message as Reply));
  }

  /**
   * Calls are served one after the other, so `limit` counts from the moment at which all earlier ones have been answered. When it has
   * passed, this call and all that wait reject with `WORKER`.
   *
   * @param limit milliseconds; `Infinity` sets none
   */
  call<K extends keyof M & string>(method: K, argument: Argument<M, K>, limit: number): Promise<Answer<M, K>> {
    if (this.failure) return Promise.reject(this.failure);
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { method, limit, resolve: resolve as (value: unknown) => void, reject });
      this.watch();
      try {
        this.port.post({ id, method, argument } satisfies Request);
      } catch (cause) {
        this.pending.delete(id);
        this.watch();
        reject(new IrisflowError('WORKER', `could not reach the worker: ${messageOf(cause)}`, { cause }));
      }
    });
  }

  /** Rejects later calls; those that are pending are still answered. */
  refuse(error: Error): void {
    this.failure ??= error;
  }

  fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.pending.values()) reject(this.failure);
    this.pending.clear();
    this.watch();
  }

  /** Times the call whose turn it is. */
  private watch(): void {
    const [first] = this.pending.values();
    if (first === this.watched) return;
    clearTimeout(this.timer);
    this.watched = first;
    if (first && first.limit !== Number.POSITIVE_INFINITY) this.wait(first, DEADLINE_PARTS);
  }

  private wait(call: PendingCall, parts: number): void {
    if (parts === 0) {
      this.miss(call);
      return;
    }
    this.timer = setTimeout(() => this.wait(call, parts - 1), call.limit / DEADLINE_PARTS).unref();
  }

  private miss({ method, limit }: PendingCall): void {
    const { what, onMissed } = this.deadline;
    const error = new IrisflowError(
      'WORKER',
      `${what} did not answer "${method}" within ${Math.round(limit / 1000)} s`,
    );
    this.fail(error);
    onMissed(error);
  }

  private settle(reply: Reply): void {
    const call = this.pending.get(reply.id);
    if (!call) return;
    this.pending.delete(reply.id);
    this.watch();
    if ('error' in reply) {
      const { code, message } = reply.error;
      call.reject(new IrisflowError((code as IrisflowError['code']) ?? 'WORKER', message));
    } else call.resolve(reply.value);
  }
}
