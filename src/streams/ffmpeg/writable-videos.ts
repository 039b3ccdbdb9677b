/** Which video files an ffmpeg can write: there are builds without the encoders that this takes. */
import { promisify } from 'node:util';
import { KINDS } from './encode-args.js';

/** A kind of video file, and whether it can be written. */
export interface WritableVideo {
  /** With its dot, such as `.mp4`. */
  readonly extension: string;
  /** ffmpeg's name of the encoder that this kind takes. */
  readonly encoder: string;
  readonly available: boolean;
}

/** Asks an ffmpeg which encoders it has. Rejects where it does not run. */
export async function writableVideos(ffmpegPath: string): Promise<WritableVideo[]> {
  const { default: ffmpeg } = await import('fluent-ffmpeg');
  const command = ffmpeg().setFfmpegPath(ffmpegPath);
  const encoders = await promisify(command.getAvailableEncoders.bind(command))();
  return Object.entries(KINDS).map(([extension, { encoder }]) => ({
    extension,
    encoder,
    available: encoder in encoders,
  }));
}
