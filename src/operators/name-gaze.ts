/** Derives a class name from the gaze label. */
import { type MonoTypeOperatorFunction, map } from 'rxjs';
import { numberOption } from '../flow/options.js';
import type { Frame } from '../frame.js';

/** The directions that {@link nameGaze} distinguishes, as class names. */
export const GAZE_DIRECTIONS: readonly string[] = ['centre', 'left', 'right', 'up', 'down'];

/** Options of {@link nameGaze}. */
export interface NameGazeOptions {
  /** Largest absolute pitch and yaw that still count as `centre`, in radians: 0 to 1.5, default 0.15 (8.6°). */
  readonly centre?: number;
}

/**
 * Sets each frame's `labels.name` to the direction in which its `labels.gaze` looks, one of {@link GAZE_DIRECTIONS}: `centre` where
 * both angles are small, else the direction of the larger one. Left and right are those of the picture: `left` is toward smaller x,
 * which is the person's own right. Frames without gaze are passed on unchanged.
 *
 * Apply it after `augment`, not before: a mirrored eye looks in the other direction.
 *
 * - **overlap**: none; each value is processed synchronously.
 * - **completion, error**: passed on from the source.
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
