/** ffmpeg's input options for cameras on each platform. */
import type { FrameSize } from '../size.js';

/** Alternative input options for a camera: first with the requested size and rate, last with the camera's defaults. */
export function cameraInputs(
  camera: string,
  requested: { readonly size?: FrameSize; readonly fps?: number },
  platform: NodeJS.Platform = process.platform,
): string[][] {
  const { fps } = requested;
  const { width, height } = requested.size ?? {};
  const rate = fps === undefined ? [] : ['-framerate', String(fps)];
  const size = width && height ? ['-video_size', `${width}x${height}`] : [];
  if (platform === 'darwin') {
    // Hardly any camera supports AVFoundation's default of 29.97.
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
  // Over USB 2, raw video above VGA has a few frames per second, compressed video the full rate.
  const large = width && height && width * height > 640 * 480;
  const compressed =
    large && platform === 'linux' ? [[...input, '-input_format', 'mjpeg', ...rate, ...size, ...from]] : [];
  return distinct([...compressed, [...input, ...rate, ...size, ...from], [...input, ...from]]);
}

function distinct(choices: string[][]): string[][] {
  const keys = new Set<string>();
  return choices.filter((choice) => {
    const key = choice.join('\n');
    return !keys.has(key) && Boolean(keys.add(key));
  });
}
