/** Turns gaze into a class name. */
import { type MonoTypeOperatorFunction, map } from 'rxjs';
import { numberOption } from '../flow/options.js';
import type { Frame } from '../frame.js';

/** The directions that {@link nameGaze} tells apart, as class names. */
export const GAZE_DIRECTIONS: readonly string[] = ['centre', 'left', 'right', 'up', 'down'];

/** Options of {@link nameGaze}. */
export interface NameGazeOptions {
  /** Up to this much pitch and yaw an eye looks to the centre. Radians, 0 to 1.5, default 0.15 (8.6°). */
  readonly centre?: number;
}

/**
 * Sets each frame's `labels.name` to the direction in which its `labels.gaze` looks, one of {@link GAZE_DIRECTIONS}: `centre` where
 * both angles are small, else the direction of the larger one. Left and right are those of the picture: `left` looks to where x falls,
 * which is the person's own right. Frames without gaze pass as they are.
 *
 * Name a picture after it was augmented, not before: a mirrored eye looks the other way.
 *
 * - **overlap**: none, it works at once.
 * - **completion, error**: of the source, as they come.
 * - **unsubscribe**: unsubscribes the source.
 * - **memory**: none; a named frame shares its bytes with the given one.
 *
 * @example
 * ```ts
 * import { nameGaze } from 'irisflow/operators';
 * import { fromRenderer } from 'irisflow/streams';
 *
 * fromRenderer({ fps: 0, count: 5, step: 2 })
 *   .pipe(nameGaze())
 *   .subscribe(({ labels }) => console.log(labels?.name, labels?.gaze));
 * ```
 *
 * @throws IrisflowError `USAGE` for an option out of its range
 */
export function nameGaze<T extends Frame>(options: NameGazeOptions = {}): MonoTypeOperatorFunction<T> {
  const centre = numberOption('centre', options.centre ?? 0.15, 0, 1.5);
  return map((frame) => {
    const gaze = frame.labels?.gaze;
    return gaze ? { ...frame, labels: { ...frame.labels, name: directionOf(gaze, centre) } } : frame;
  });
}

function directionOf([pitch, yaw]: readonly [pitch: number, yaw: number], centre: number): string {
  if (Math.max(Math.abs(pitch), Math.abs(yaw)) <= centre) return 'centre';
  if (Math.abs(yaw) >= Math.abs(pitch)) return yaw > 0 ? 'left' : 'right';
  return pitch > 0 ? 'up' : 'down';
}
