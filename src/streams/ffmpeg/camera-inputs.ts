/** What ffmpeg is told to open a camera, on each platform. */
import type { FrameSize } from '../size.js';

/** ffmpeg's input options for a camera: as asked first, then what it does when it is not asked. */
export function cameraInputs(
  camera: string,
  asked: { readonly size?: FrameSize; readonly fps?: number },
  platform: NodeJS.Platform = process.platform,
): string[][] {
  const { fps } = asked;
  const { width, height } = asked.size ?? {};
  const rate = fps === undefined ? [] : ['-framerate', String(fps)];
  const size = width && height ? ['-video_size', `${width}x${height}`] : [];
  if (platform === 'darwin') {
    // AVFoundation's own default of 29.97 is a rate that hardly any camera has.
    const input = ['-f', 'avfoundation', '-framerate'];
    const from = ['-i', `${camera}:none`];
    return distinct([
      [...input, String(fps ?? 30), ...size, ...from],
      [...input, '30', ...from],
      ['-f', 'avfoundation', ...from],
    ]);
  }
  const [input, from] =
    platform === 'win32'
      ? [
          ['-f', 'dshow', '-rtbufsize', '64M'],
          ['-i', `video=${camera}`],
        ]
      : [
          ['-f', 'v4l2'],
          ['-i', camera],
        ];
  // Over USB 2 raw pictures above VGA come at a few frames a second, compressed ones at full rate.
  const large = width && height && width * height > 640 * 480;
  const packed = large && platform === 'linux' ? [[...input, '-input_format', 'mjpeg', ...rate, ...size, ...from]] : [];
  return distinct([...packed, [...input, ...rate, ...size, ...from], [...input, ...from]]);
}

function distinct(choices: string[][]): string[][] {
  const seen = new Set<string>();
  return choices.filter((choice) => {
    const key = choice.join('\n');
    return !seen.has(key) && Boolean(seen.add(key));
  });
}
