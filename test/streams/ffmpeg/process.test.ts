import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../../../src/streams/ffmpeg/process.js';
import { isRedacted, redact, redactAddress, redactorFor } from '../../../src/streams/ffmpeg/redact.js';
import { alive } from '../../processes.js';
import { fakeFfmpeg, scratch } from '../media.js';

const folder = scratch();
const script = (name: string, body: string) => fakeFfmpeg(folder, name, body);

describe.skipIf(process.platform === 'win32')('startProcess', () => {
  it('keeps the last hundred lines, cut to size, without passwords', async () => {
    const path = script(
      'talker',
      `for (let i = 0; i < 300; i++) say('line ' + i); say('x'.repeat(100000)); say('from rtsp://me:secret@host/1'); fs.writeSync(2, 'end');`,
    );
    const child = startProcess(path, []);
    child.stdin.end();
    child.stdout.resume();
    expect(await child.closed).toEqual({ code: 0, signal: null });
    const tail = child.tail();
    expect(tail).toHaveLength(100);
    expect(tail[0]).toBe('line 203');
    expect(Math.max(...tail.map((line) => line.length))).toBe(500);
    expect(tail.slice(-2)).toEqual(['from rtsp://me:***@host/1', 'end']);
  });

  it('drains output without line ends in bounded memory', async () => {
    const path = script('rambler', `for (let i = 0; i < 200; i++) fs.writeSync(2, 'y'.repeat(10000));`);
    const child = startProcess(path, []);
    child.stdout.resume();
    await child.closed;
    expect(child.tail()).toEqual(['y'.repeat(500)]);
  });

  it('ends with an error when the program is missing', async () => {
    const child = startProcess(join(folder, 'nowhere'), []);
    const end = await child.closed;
    expect(end.error?.message).toContain('ENOENT');
    await child.exited;
    await child.stop();
  });

  it('stops one that ignores SIGTERM, whether or not anyone reads its output', async () => {
    const path = script('deaf', `process.on('SIGTERM', () => {}); out(1); say(String(process.pid)); hang();`);
    const child = startProcess(path, []);
    const [text] = await once(child.stdout, 'data');
    expect(text.length).toBeGreaterThan(0);
    await expect.poll(() => child.tail().length).toBe(1);
    const pid = Number(child.tail()[0]);
    await child.stop();
    expect(alive(pid)).toBe(false);
    await child.stop();
  });

  it('kills running children when this process exits, and does not keep it alive after a stop', async () => {
    const fake = script(
      'orphan',
      `process.on('SIGTERM', () => {}); fs.writeFileSync(args[0], String(process.pid)); hang();`,
    );
    const module = resolve('src/streams/ffmpeg/process.ts');
    for (const last of ['process.exit(0)', 'child.stop()']) {
      const note = join(folder, `pid-${last.slice(0, 5)}`);
      const program = join(folder, 'program.ts');
      writeFileSync(
        program,
        `import { existsSync } from 'node:fs';
         import { startProcess } from ${JSON.stringify(module)};
         const child = startProcess(${JSON.stringify(fake)}, [${JSON.stringify(note)}]);
         const wait = () => (existsSync(${JSON.stringify(note)}) ? setTimeout(() => ${last}, 50) : setTimeout(wait, 20));
         wait();`,
      );
      const parent = spawn(process.execPath, ['--import', 'tsx', program], { stdio: 'inherit' });
      const [code] = await once(parent, 'exit');
      expect(code).toBe(0);
      expect(existsSync(note)).toBe(true);
      await expect.poll(() => alive(Number(readFileSync(note, 'utf8'))), { timeout: 2_000 }).toBe(false);
    }
  });
});

describe('redact', () => {
  it('removes passwords from addresses and keeps the rest', () => {
    expect(redact('rtsp://user:p@ss:w@host:554/a?b=c')).toBe('rtsp://user:***@host:554/a?***');
    expect(redact("Input #0, rtsp, from 'http://u:p@h/x' and me@example.org")).toBe(
      "Input #0, rtsp, from 'http://u:***@h/x' and me@example.org",
    );
    expect(redact('http://host/path@2x.png')).toBe('http://host/path@2x.png');
    expect(redact('https://a.b/c')).toBe('https://a.b/c');
    expect(redact('reading https://a.b/c, then (rtsp://u@h).')).toBe('reading https://a.b/c, then (rtsp://u@h).');
  });

  it.each([
    ["rtsp://admin:se'cretword@h:9/1", 'rtsp://admin:***@h:9/1'],
    ['rtsp://admin:se"cretword@h:9/1', 'rtsp://admin:***@h:9/1'],
    ['rtsp://admin:se/cretword@h:9/1', 'rtsp://admin:***@h:9/1'],
    ['rtsp://admin:554/cretword@h/1', 'rtsp://admin:***@h/1'],
    ['rtsp://admin:se?cretword#cretword@h/1', 'rtsp://admin:***@h/1'],
    ['rtsp://admin:se cretword\n@cretword@h/1', 'rtsp://admin:***@h/1'],
    ['rtsp://:cretword@h/1', 'rtsp://:***@h/1'],
    ['srt://h:9?passphrase=cretword&mode=caller', 'srt://h:9?***'],
    ['http://h:80/v?user=a@b&password=cretword', 'http://h:***@b?***'],
    ['http://h/v?cretword', 'http://h/v?***'],
    ['http://h/v#cretword', 'http://h/v#***'],
    ['http://h/v?t=1:2@cretword', 'http://h/v?***'],
    ['HTTPS://h/v.m3u8?X-Amz-Signature=cretword', 'HTTPS://h/v.m3u8?***'],
  ])('leaves no secret of %s', (address, clean) => {
    expect(redactAddress(address)).toBe(clean);
    expect(isRedacted(clean)).toBe(true);
    expect(isRedacted(address)).toBe(false);
    const redactor = redactorFor(['-i', address]);
    const said = [
      address,
      `[rtsp @ 0x1] ${address}: refused`,
      `'${address}':`,
      address.slice(address.indexOf('cretword')),
    ];
    for (const line of said) expect(redactor(line)).not.toContain('cretword');
  });
});
