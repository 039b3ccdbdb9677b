/** Which filters an ffmpeg has: there are builds without those that need other libraries. */
import { IrisflowError } from '../../errors.js';
import type { FfmpegBinary } from './binary.js';
import { startProcess } from './process.js';

/** @throws {IrisflowError} `INPUT` where an ffmpeg has not got the filters that HDR needs. */
export async function checkToneMapping({ path }: FfmpegBinary, name: string): Promise<void> {
  let text = '';
  const child = startProcess(path, ['-hide_banner', '-filters']);
  child.stdin.end();
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await child.closed;
  const missing = ['zscale', 'tonemap'].filter((filter) => !new RegExp(`^ \\S+ ${filter} `, 'm').test(text));
  if (missing.length === 0) return;
  throw new IrisflowError(
    'INPUT',
    `${name} is HDR video, and the ffmpeg at ${path} has no filter ${missing.join(' and ')} to convert it: install one that has, or convert the video first`,
  );
}
