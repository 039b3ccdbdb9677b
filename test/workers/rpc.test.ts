import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { Caller, type Deadline, type Port, serveMethods } from '../../src/workers/rpc.js';

const open: MessageChannel[] = [];
afterEach(() => {
  for (const { port1, port2 } of open.splice(0)) {
    port1.close();
    port2.close();
  }
});

function ports(): [Port, Port] {
  const channel = new MessageChannel();
  open.push(channel);
  const of = (port: MessageChannel['port1']): Port => ({
    post: (message) => port.postMessage(message),
    listen: (onMessage) => void port.on('message', onMessage),
  });
  return [of(channel.port1), of(channel.port2)];
}

const deadline: Deadline = {
  what: 'the worker',
  onMissed: (error) => {
    throw error;
  },
};

describe('channel', () => {
  it('answers each call with its own value, one after the other, in the order asked', async () => {
    const [here, there] = ports();
    const log: string[] = [];
    const methods = {
      async work(name: string): Promise<string> {
        log.push(`begin ${name}`);
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`end ${name}`);
        return name.toUpperCase();
      },
    };
    serveMethods(there, methods);
    const caller = new Caller<typeof methods>(here, deadline);
    expect(await Promise.all(['a', 'b', 'c'].map((name) => caller.call('work', name, 60_000)))).toEqual([
      'A',
      'B',
      'C',
    ]);
    expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
  });

  it('carries the code and message of an error, and goes on serving', async () => {
    const [here, there] = ports();
    const methods = {
      fail(code: 'MODEL' | undefined): void {
        throw code ? new IrisflowError(code, 'no weights') : new Error('plain');
      },
      fine: (value: number): number => value + 1,
    };
    serveMethods(there, methods);
    const caller = new Caller<typeof methods>(here, deadline);
    await expect(caller.call('fail', 'MODEL', 60_000)).rejects.toMatchObject({ code: 'MODEL', message: 'no weights' });
    await expect(caller.call('fail', undefined, 60_000)).rejects.toMatchObject({ code: 'WORKER', message: 'plain' });
    expect(await caller.call('fine', 1, 60_000)).toBe(2);
  });

  it('rejects what is pending and what comes later once it has failed', async () => {
    const [here, there] = ports();
    const methods = { never: (_: string): Promise<void> => new Promise(() => undefined) };
    serveMethods(there, methods);
    const caller = new Caller<typeof methods>(here, deadline);
    const pending = caller.call('never', 'x', 60_000);
    caller.fail(new IrisflowError('WORKER', 'gone'));
    await expect(pending).rejects.toThrow('gone');
    await expect(caller.call('never', 'y', 60_000)).rejects.toThrow('gone');
  });

  it('still answers what is pending when it refuses later calls', async () => {
    const [here, there] = ports();
    const methods = { echo: (value: string): string => value };
    serveMethods(there, methods);
    const caller = new Caller<typeof methods>(here, deadline);
    const pending = caller.call('echo', 'x', 60_000);
    caller.refuse(new IrisflowError('WORKER', 'closed'));
    await expect(caller.call('echo', 'y', 60_000)).rejects.toThrow('closed');
    expect(await pending).toBe('x');
  });

  it('rejects a call that cannot be posted, without keeping it pending', async () => {
    const [here, there] = ports();
    const methods = { take: (value: unknown): unknown => value };
    serveMethods(there, methods);
    const caller = new Caller<typeof methods>(here, deadline);
    await expect(caller.call('take', () => undefined, 60_000)).rejects.toMatchObject({ code: 'WORKER' });
    expect(await caller.call('take', 5, 60_000)).toBe(5);
  });

  it('gives up on who does not answer in time: all calls reject, and it is told once', async () => {
    const [here, there] = ports();
    const methods = {
      quick: (value: number): number => value,
      never: (_: string): Promise<void> => new Promise(() => undefined),
    };
    serveMethods(there, methods);
    const missed: string[] = [];
    const onMissed = (error: IrisflowError) => void missed.push(error.message);
    const caller = new Caller<typeof methods>(here, { what: 'the worker', onMissed });
    expect(await caller.call('quick', 1, 5000)).toBe(1);
    const started = performance.now();
    // The second has its own time from the moment at which it is its turn, which never comes.
    const calls = [caller.call('never', 'a', 200), caller.call('quick', 2, 1)];
    for (const { reason } of (await Promise.allSettled(calls)) as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({
        code: 'WORKER',
        message: expect.stringContaining('the worker did not answer "never"'),
      });
    }
    expect(performance.now() - started).toBeGreaterThan(190);
    expect(missed).toHaveLength(1);
  });
});
