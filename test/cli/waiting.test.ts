import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionStatus } from '../../src/session/types.js';
import { testVideo } from '../streams/media.js';
import { run, start } from './run-cli.js';

let folder: string;
let nobody: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-waiting-'));
  nobody = await testVideo(join(folder, 'nobody.mp4'), { size: '160x120', extra: ['-movflags', '+faststart'] });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('waiting', () => {
  it('of a live session is explained within five seconds of its start, in status and notices', async () => {
    const words = [
      'live',
      '--synthetic',
      'renderer',
      '--real',
      nobody,
      '--crop',
      'eyes',
      '--port',
      '0',
      '--no-open',
      '--json',
    ];
    const running = start([...words, '--run', join(folder, 'live')], folder);
    await running.line(({ event }) => event === 'start');
    const began = performance.now();
    const notice = await running.line(
      ({ event, message }) => event === 'notice' && /Training waits/.test(String(message)),
    );
    expect(performance.now() - began).toBeLessThan(6000);
    expect(notice.message).toMatch(/0 of 32 crops of the real input are there: nobody is seen in the real input/);
    const { training, inputs } = (await running.line(({ event, inputs }) => {
      const { real } = (inputs ?? {}) as SessionStatus['inputs'];
      return event === 'status' && (real?.frames ?? 0) > 20;
    })) as unknown as SessionStatus;
    expect(training.waiting).toMatch(/nobody is seen/);
    expect(training.crops.real).toEqual({ crops: 0, wanted: 32 });
    expect(inputs.real).toMatchObject({ state: 'running', cropped: 0, eyeDistance: null });
    running.child.kill('SIGTERM');
    expect((await running.outcome).code).toBe(130);
  });

  it('of a training whose address ends without a face ends with a reason', async () => {
    const video = readFileSync(nobody);
    const server = createServer((_, response) => response.end(video));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v.mp4`;
      const words = [
        'train',
        '--synthetic',
        'renderer',
        '--real',
        url,
        '--crop',
        'eyes',
        '--size',
        '64',
        '--steps',
        '1',
      ];
      const { code, stderr } = await run(
        [...words, '--run', join(folder, 'address'), '--min-eye-distance', '30'],
        folder,
      );
      expect(stderr).toMatch(/the real input .* has no face with eyes large enough: nothing to learn from/);
      expect(code).toBe(2);
      expect(existsSync(join(folder, 'address', 'config.json'))).toBe(false);
    } finally {
      server.close();
    }
  });
});
