/** The times of decoded frames, which ffmpeg prints on stderr beside the pictures on stdout. */
import type { FfmpegBinary } from './binary.js';

/** Collects the times of the frames of one process, in the order of its pictures. */
export class FrameTimes {
  readonly #times: (number | undefined)[] = [];
  #ended = false;

  /** Called whenever there is more to {@link take}. */
  onTime: () => void = () => {};

  /** Takes a line of stderr; returns whether it belongs to the filters. */
  readonly read = (line: string): boolean => {
    if (!line.startsWith('[Parsed_showinfo')) return false;
    const [, time] = /\bn: *\d+ pts: *(-?\d+|NOPTS)/.exec(line) ?? [];
    if (time !== undefined) {
      this.#times.push(time === 'NOPTS' ? undefined : Number(time));
      this.onTime();
    }
    return true;
  };

  /** Whether the time of the next frame is there, or will not come. */
  get ready(): boolean {
    return this.#ended || this.#times.length > 0;
  }

  /** Microseconds of the next frame, where it has a time. */
  take(): number | undefined {
    return this.#times.shift();
  }

  /** No more lines come. */
  end(): void {
    this.#ended = true;
  }
}

/** Filters that print the time of each frame in whole microseconds, as the decoder and not as a rounded text gives it. */
export function timeFilters({ plainShowInfo }: Pick<FfmpegBinary, 'plainShowInfo'>): string[] {
  return ['settb=1/1000000', plainShowInfo ? 'showinfo=checksum=0' : 'showinfo'];
}
