import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BehaviorSubject, lastValueFrom, map, range } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import type { StepReport, TrainingBatch } from '../../src/models/types.js';
import { type Learner, train } from '../../src/operators/train.js';
import { RunFolder } from '../../src/runs/run-folder.js';
import { forSteps } from '../../src/session/learning.js';
import { LearningRecord } from '../../src/session/learning-record.js';
import type { Trainer, TrainerState } from '../../src/workers/trainer.js';
import { simgan } from '../models/tiny.js';

const batch: TrainingBatch = { synthetic: new Uint8Array(3), real: new Uint8Array(3) };

/** A trainer that learns from step 100 on, and whose process dies in the step `death`, once: it comes back at step 90. */
class MortalTrainer implements Pick<Trainer, 'ready' | 'step' | 'state' | 'train'> {
  readonly state = new BehaviorSubject<TrainerState>({ status: 'running', restarts: 0 });

  constructor(
    public step = 0,
    private death = 0,
  ) {}

  async ready(): Promise<void> {}

  async train(): Promise<StepReport> {
    const step = this.step + 1;
    if (step === this.death) {
      this.death = 0;
      this.state.next({ status: 'restarting', restarts: 1, reason: 'died' });
      this.step = 90;
      this.state.next({ status: 'running', restarts: 1 });
      throw new IrisflowError('WORKER', 'died');
    }
    this.step = step;
    const refined = step < 100 ? 0.95 : 0.6;
    const heldOut = {
      accuracy: { real: 0.7, refined: 0.7 },
      change: 0.2,
      variety: 0.9,
      structure: 0.9,
      spread: { synthetic: 0.3, real: 0.2 },
      twoSample: { refined, synthetic: 0.95 },
    };
    const measured = step % 5 === 0 ? { heldOut } : {};
    const losses = { discriminator: 1.3 };
    return {
      step,
      time: 0,
      phase: 'adversarial',
      losses,
      accuracy: { real: 0.6, refined: 0.6 },
      change: 0.2,
      skipped: 0,
      ...measured,
    };
  }
}

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'irisflow-learning-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

/** Trains some steps; what `metrics.jsonl` of that run says after. */
async function metricsAfter(run: string, steps: number, trainer: MortalTrainer): Promise<StepReport[]> {
  const folder = RunFolder.open(join(path, run));
  const record = new LearningRecord(folder.metrics, simgan, () => undefined);
  trainer.state.subscribe(({ status, restarts }) => {
    if (status === 'running' && restarts > 0) record.rewind(trainer.step);
  });
  const learner: Learner & { readonly step: number } = {
    get step() {
      return trainer.step;
    },
    ready: () => record.ready,
    train: async () => record.add(await trainer.train()),
  };
  const batches = range(0, 250).pipe(map(() => batch));
  await lastValueFrom(batches.pipe(train(learner, { onFailure: () => undefined }), forSteps(learner, steps)));
  const reports: StepReport[] = [];
  for await (const report of folder.metrics.reports()) reports.push(report);
  folder.close();
  return reports;
}

describe('LearningRecord', () => {
  it('says the same of every step, whether the trainer died in between or the run was made in parts', async () => {
    const whole = await metricsAfter('whole', 160, new MortalTrainer());
    const states = whole.map(({ state }) => state);
    expect(states[89]).toBe('starting');
    expect(new Set(states)).toContain('learning');
    const turn = states.indexOf('learning') + 1;
    expect(await metricsAfter('mortal', 160, new MortalTrainer(0, turn + 3))).toEqual(whole);
    await metricsAfter('parts', turn - 2, new MortalTrainer());
    expect(await metricsAfter('parts', 160 - turn + 2, new MortalTrainer(turn - 2))).toEqual(whole);
  });
});
