/** Training goes on and on: draw a batch, make a step, report it, whatever happens to the trainer process. */
import { Observable } from 'rxjs';
import { messageOf } from '../errors.js';
import type { StepReport, TrainingBatch } from '../models/types.js';
import type { Trainer } from '../workers/trainer.js';

export interface TrainingLoopOptions {
  /** The batch for the step with this number, counted from 1. */
  readonly draw: (step: number) => Promise<TrainingBatch>;
  /** Steps to come further. Those that a dead trainer lost are made again and count once. Default: endless. */
  readonly steps?: number;
  /** Ends the loop after the step under way, whose report still comes: what was learned is what was reported. */
  readonly stop: AbortSignal;
  /** Told of each step that was lost, with the reason. */
  readonly onLost: (reason: string) => void;
}

/** So many steps lost in a row are no accident. */
const MOST_LOST_IN_A_ROW = 10;

/**
 * Emits a report for every step. Completes after `steps` or when stopped; errors when ten steps in a row are lost. On unsubscribe
 * no further step begins.
 */
export function trainingLoop(
  trainer: Pick<Trainer, 'ready' | 'step' | 'train'>,
  options: TrainingLoopOptions,
): Observable<StepReport> {
  const { draw, steps = Number.POSITIVE_INFINITY, stop, onLost } = options;
  return new Observable((subscriber) => {
    const ended = () => subscriber.closed || stop.aborted;
    const target = trainer.step + steps;
    const run = async () => {
      let lost = 0;
      while (trainer.step < target && !ended()) {
        try {
          await orStopped(trainer.ready(), stop);
          if (ended()) break;
          const batch = await orStopped(draw(trainer.step + 1), stop);
          if (!batch || ended()) break;
          const report = await trainer.train(batch);
          lost = 0;
          subscriber.next(report);
        } catch (error) {
          if (ended()) break;
          lost++;
          onLost(messageOf(error));
          if (lost >= MOST_LOST_IN_A_ROW) throw error;
        }
      }
      subscriber.complete();
    };
    run().catch((error) => subscriber.error(error));
  });
}

/** What the promise gives, or undefined as soon as the signal is aborted. Nothing stays attached to the signal. */
function orStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(undefined);
    const done = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    promise.then(resolve, reject).then(done, done);
  });
}
