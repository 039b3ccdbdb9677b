import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linuxCameras, listCameras, parseAvfoundation, parseDshow } from '../../src/streams/cameras.js';
import { scratch } from './media.js';

const folder = scratch();

function node(system: string, name: string, title: string, index: string): void {
  mkdirSync(join(folder, system, name), { recursive: true });
  writeFileSync(join(folder, system, name, 'name'), `${title}\n`);
  writeFileSync(join(folder, system, name, 'index'), `${index}\n`);
}

describe('linuxCameras', () => {
  it('lists video nodes in natural order', async () => {
    node('sys', 'video10', 'USB Camera', '0');
    node('sys', 'video2', 'Integrated Camera', '0');
    node('sys', 'video3', 'Integrated Camera', '1');
    node('sys', 'v4l-subdev0', 'sensor', '0');
    mkdirSync(join(folder, 'dev'));
    for (const name of ['video2', 'video3', 'video10']) writeFileSync(join(folder, 'dev', name), '');
    expect(await linuxCameras(join(folder, 'sys'), join(folder, 'dev'))).toEqual({
      cameras: [
        { device: join(folder, 'dev/video2'), name: 'Integrated Camera' },
        { device: join(folder, 'dev/video10'), name: 'USB Camera' },
      ],
    });
  });

  it('gives the reason where there are none', async () => {
    const none = await linuxCameras(join(folder, 'nothing'), join(folder, 'dev'));
    expect(none).toEqual({ cameras: [], reason: expect.stringContaining('no camera is connected') });
    node('box', 'video0', 'Camera', '0');
    const hidden = await linuxCameras(join(folder, 'box'), join(folder, 'nodev'));
    expect(hidden.reason).toContain('video0');
  });
});

describe('listCameras', () => {
  it('resolves on every machine', async () => {
    const { cameras, reason } = await listCameras();
    expect(cameras.length > 0 || (reason ?? '').length > 0).toBe(true);
  });
});

describe("ffmpeg's device list", () => {
  it('is parsed on macOS', () => {
    const lines = [
      '[AVFoundation indev @ 0x7f8] AVFoundation video devices:',
      '[AVFoundation indev @ 0x7f8] [0] FaceTime HD Camera [built-in]',
      '[AVFoundation indev @ 0x7f8] [1] Capture screen 0',
      '[AVFoundation indev @ 0x7f8] AVFoundation audio devices:',
      '[AVFoundation indev @ 0x7f8] [0] Microphone',
      ': Input/output error',
    ];
    expect(parseAvfoundation(lines)).toEqual([{ device: '0', name: 'FaceTime HD Camera [built-in]' }]);
    expect(parseAvfoundation([])).toEqual([]);
  });

  it('is parsed on Windows, before and after ffmpeg 5', () => {
    const old = [
      '[dshow @ 000001] DirectShow video devices (some may be both video and audio devices)',
      '[dshow @ 000001]  "Integrated Camera"',
      '[dshow @ 000001]     Alternative name "@device_pnp_usb"',
      '[dshow @ 000001] DirectShow audio devices',
      '[dshow @ 000001]  "Microphone (Realtek)"',
    ];
    const recent = [
      '[dshow @ 000001] "Integrated Camera" (video)',
      '[dshow @ 000001]   Alternative name "@device_pnp_usb"',
      '[dshow @ 000001] "Both" (video, audio)',
      '[dshow @ 000001] "Microphone (Realtek)" (audio)',
    ];
    expect(parseDshow(old).map((camera) => camera.name)).toEqual(['Integrated Camera']);
    expect(parseDshow(recent).map((camera) => camera.device)).toEqual(['Integrated Camera', 'Both']);
  });
});
