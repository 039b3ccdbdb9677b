import { describe, expect, it } from 'vitest';
import { errorsOf, reasonOf } from '../../../src/streams/ffmpeg/failure.js';

describe('reasonOf', () => {
  it('is the last error, not what follows it', () => {
    const tail = [
      '[info]     encoder         : Lavc59.37.100 libx264',
      '[mp4 @ 0x55d0] [error] Error writing trailer: No space left on device',
      '[info] frame=   50 fps=0.0 q=-1.0 Lsize=      64kB time=00:00:01.88',
      '[libx264 @ 0x55d0] [info] kb/s:1629.35',
      '[error] Conversion failed!',
    ];
    expect(reasonOf(tail)).toBe('Error writing trailer: No space left on device');
    expect(errorsOf(tail)).toEqual(['Error writing trailer: No space left on device']);
  });

  it('is no statistics and no description of a stream', () => {
    expect(reasonOf(['[info]     encoder         : Lavc59.37.100', '[libx264 @ 0x1] [info] kb/s:1'])).toBeUndefined();
    expect(reasonOf(['[warning] deprecated pixel format used', '[info] video:1kB muxing overhead: 1%'])).toBe(
      'deprecated pixel format used',
    );
  });

  it('is the last line of a program that names no levels', () => {
    expect(reasonOf(['first', 'moov atom lost', 'Conversion failed!'])).toBe('moov atom lost');
  });
});
