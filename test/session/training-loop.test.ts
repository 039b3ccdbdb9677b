import { getEventListeners } from 'node:events';
import { lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import type { StepReport, TrainingBatch } from '../../src/models/types.js';
import { trainingLoop } from '../../src/session/training-loop.js';

const batch: TrainingBatch = { synthetic: new Uint8Array(3), real: new Uint8Array(3) };

/** A trainer whose process dies in the steps `deaths` tells, once each, and comes back at the last multiple of five. */
class MortalTrainer {
  step = 0;
  private readonly deaths: Set<number>;

  constructor(...deaths: number[]) {
    this.deaths = new Set(deaths);
  }

  async ready(): Promise<void> {}

  async train(): Promise<StepReport> {
    const step = this.step + 1;
    if (this.deaths.delete(step)) {
      this.step -= this.step % 5;
      throw new IrisflowError('WORKER', `died in step ${step}`);
    }
    this.step = step;
    return { step, time: 0, phase: 'p', losses: {}, accuracy: { real: 0, refined: 0 }, change: 0, skipped: 0 };
  }
}

describe('trainingLoop', () => {
  it('ends so many steps further, also where some had to be made again, and draws for the step that is made', async () => {
    const lost: string[] = [];
    const drawn: number[] = [];
    const draw = async (step: number) => {
      drawn.push(step);
      return batch;
    };
    const trainer = new MortalTrainer(8);
    const loop = trainingLoop(trainer, {
      draw,
      steps: 10,
      stop: new AbortController().signal,
      onLost: (why) => lost.push(why),
    });
    const made = (await lastValueFrom(loop.pipe(toArray()))).map(({ step }) => step);
    expect(made).toEqual([1, 2, 3, 4, 5, 6, 7, 6, 7, 8, 9, 10]);
    expect(drawn).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 6, 7, 8, 9, 10]);
    expect(lost).toEqual(['died in step 8']);
  });

  it('fails when step after step is lost', async () => {
    const trainer = new MortalTrainer();
    trainer.train = () => Promise.reject(new IrisflowError('WORKER', 'dead'));
    const lost: string[] = [];
    const stop = new AbortController().signal;
    const loop = trainingLoop(trainer, { draw: async () => batch, stop, onLost: (why) => lost.push(why) });
    await expect(lastValueFrom(loop)).rejects.toThrow('dead');
    expect(lost).toHaveLength(10);
  });

  it('leaves nothing with the signal, however many steps it makes', async () => {
    const stop = new AbortController();
    const loop = trainingLoop(new MortalTrainer(), {
      draw: async () => batch,
      stop: stop.signal,
      onLost: () => undefined,
    });
    await lastValueFrom(loop.pipe(take(100)));
    expect(getEventListeners(stop.signal, 'abort').length).toBeLessThanOrEqual(1);
  });

  it.each(['ready', 'draw'])('stops while it waits in %s', async (where) => {
    const trainer = new MortalTrainer();
    const never = new Promise<never>(() => undefined);
    if (where === 'ready') trainer.ready = () => never;
    const stop = new AbortController();
    const draw = () => (where === 'draw' ? never : Promise.resolve(batch));
    const loop = trainingLoop(trainer, { draw, stop: stop.signal, onLost: () => undefined });
    const ended = lastValueFrom(loop, { defaultValue: 'ended' });
    setImmediate(() => stop.abort());
    expect(await ended).toBe('ended');
  });
});
