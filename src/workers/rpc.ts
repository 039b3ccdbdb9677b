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

/** The calling end. After {@link fail} every call, pending or new, rejects with that error. */
export class Caller<M extends Methods> {
  private readonly pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private next = 0;
  private failure: Error | undefined;

  constructor(private readonly port: Port) {
    port.listen((message) => this.settle(message as Reply));
  }

  call<K extends keyof M & string>(method: K, argument: Argument<M, K>): Promise<Answer<M, K>> {
    if (this.failure) return Promise.reject(this.failure);
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      try {
        this.port.post({ id, method, argument } satisfies Request);
      } catch (cause) {
        this.pending.delete(id);
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
  }

  private settle(reply: Reply): void {
    const call = this.pending.get(reply.id);
    if (!call) return;
    this.pending.delete(reply.id);
    if ('error' in reply) {
      const { code, message } = reply.error;
      call.reject(new IrisflowError((code as IrisflowError['code']) ?? 'WORKER', message));
    } else call.resolve(reply.value);
  }
}
