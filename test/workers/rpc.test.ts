import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { Caller, type Port, serveMethods } from '../../src/workers/rpc.js';

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
    const caller = new Caller<typeof methods>(here);
    expect(await Promise.all(['a', 'b', 'c'].map((name) => caller.call('work', name)))).toEqual(['A', 'B', 'C']);
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
    const caller = new Caller<typeof methods>(here);
    await expect(caller.call('fail', 'MODEL')).rejects.toMatchObject({ code: 'MODEL', message: 'no weights' });
    await expect(caller.call('fail', undefined)).rejects.toMatchObject({ code: 'WORKER', message: 'plain' });
    expect(await caller.call('fine', 1)).toBe(2);
  });

  it('rejects what is pending and what comes later once it has failed', async () => {
    const [here, there] = ports();
    const methods = { never: (_: string): Promise<void> => new Promise(() => undefined) };
    serveMethods(there, methods);
    const caller = new Caller<typeof methods>(here);
    const pending = caller.call('never', 'x');
    caller.fail(new IrisflowError('WORKER', 'gone'));
    await expect(pending).rejects.toThrow('gone');
    await expect(caller.call('never', 'y')).rejects.toThrow('gone');
  });

  it('still answers what is pending when it refuses later calls', async () => {
    const [here, there] = ports();
    const methods = { echo: (value: string): string => value };
    serveMethods(there, methods);
    const caller = new Caller<typeof methods>(here);
    const pending = caller.call('echo', 'x');
    caller.refuse(new IrisflowError('WORKER', 'closed'));
    await expect(caller.call('echo', 'y')).rejects.toThrow('closed');
    expect(await pending).toBe('x');
  });

  it('rejects a call that cannot be posted, without keeping it pending', async () => {
    const [here, there] = ports();
    const methods = { take: (value: unknown): unknown => value };
    serveMethods(there, methods);
    const caller = new Caller<typeof methods>(here);
    await expect(caller.call('take', () => undefined)).rejects.toMatchObject({ code: 'WORKER' });
    expect(await caller.call('take', 5)).toBe(5);
  });
});
