/** An adversarial training step by step: its updates, its brakes, and what it measures and remembers. */

import { fromBytes } from '../../engine/pixels.js';
import { allFinite, under } from '../../engine/tensor-record.js';
import type { Engine, State, TensorRecord, TensorValues } from '../../engine/types.js';
import { IrisflowError } from '../../errors.js';
import type { AdversarialConfig } from '../options/common.js';
import { Balance } from '../safeguards/balance.js';
import { type ExaminedPictures, Examiner } from '../safeguards/examiner.js';
import { measureHeldOut } from '../safeguards/held-out.js';
import { LastGood } from '../safeguards/last-good.js';
import type {
  Checkpoint,
  DrawnPictures,
  HeldOutReport,
  InputKind,
  Requirements,
  StepReport,
  Training,
  TrainingBatch,
} from '../types.js';
import { Feed } from './feed.js';
import { Programs } from './programs.js';
import { matchOf, measured, type UpdateReport } from './report.js';
import { generatorWeightsOf, type Restored, restored } from './restore.js';
import { CHECKED, examinedShare, type Plan, type PlannedUpdate, type Rules } from './rules.js';
import type { Update } from './update.js';

/** Steps between two updates of the examiner: it keeps up at little cost. */
const EXAMINED_EVERY = 4;

/**
 * A recipe being trained by its rules. All randomness is a pure function of (seed, purpose, step), so weights, moments, histories,
 * step and the state of the brakes are everything that an exact resume needs.
 */
export class AdversarialTraining implements Training {
  readonly config: AdversarialConfig;
  readonly #generatorNames: readonly string[];
  readonly #feed: Feed;
  readonly #programs: Programs;
  readonly #balance: Balance;
  readonly #lastGood: LastGood | undefined;
  /** Made pictures of this step, their inputs, and real ones, where the examiner learns from it. */
  #seen: ExaminedPictures | undefined;
  #step: number;
  #skipped: number;
  #rollbacks: number;
  #busy = false;

  private constructor(
    private readonly rules: Rules,
    engine: Engine,
    private readonly state: State,
    private readonly examiner: Examiner | undefined,
    { state: begun, histories, step, skipped, rollbacks, refusedInRow, good, balance }: Restored,
  ) {
    this.config = rules.config;
    this.#generatorNames = Object.keys(begun).filter((name) => {
      const [player = '', part = ''] = name.split('/');
      return rules.generators.includes(player) && ['weights', 'average', 'statistics'].includes(part);
    });
    this.#feed = new Feed(rules, histories);
    this.#programs = new Programs(engine, rules.updates, state, rules.config.recipe);
    this.#balance = new Balance(balance);
    const { rollbackAfter } = rules.config;
    this.#lastGood = rollbackAfter > 0 ? new LastGood(state, rollbackAfter, refusedInRow, good) : undefined;
    this.#step = step;
    this.#skipped = skipped;
    this.#rollbacks = rollbacks;
  }

  /** Starts afresh or from a checkpoint, and compiles what the first step needs. Throws `CHECKPOINT` where it does not fit. */
  static async create(engine: Engine, rules: Rules, checkpoint?: Checkpoint): Promise<AdversarialTraining> {
    const { config, fixed, fresh, check } = rules;
    const from = restored(checkpoint, { config, fixed, fresh, histories: Object.keys(rules.histories) });
    const { width, height, seed } = config;
    const learns = check ? examinedShare(config) : 0;
    const options = { width, height, seed, learns, judges: CHECKED };
    const examiner = learns > 0 ? await Examiner.create(engine, options, from.examiner) : undefined;
    const training = new AdversarialTraining(rules, engine, engine.createState(from.state), examiner, from);
    for (const name of training.#plan.phaseUpdates) await training.#programs.prepare(name);
    return training;
  }

  get step(): number {
    return this.#step;
  }

  get #plan(): Plan {
    return this.rules.plan(this.#step, this.#balance.turn);
  }

  get requires(): Requirements {
    const { draws, adversarial } = this.#plan;
    const { checkEvery } = this.config;
    const measures = this.rules.check !== undefined && adversarial && checkEvery > 0;
    return measures && (this.#step + 1) % checkEvery === 0 ? { ...draws, heldOut: CHECKED } : draws;
  }

  async train(batch: TrainingBatch): Promise<StepReport> {
    if (this.#busy)
      throw new IrisflowError('USAGE', 'train was called before the step before had ended: await each call');
    this.#check(batch);
    this.#busy = true;
    try {
      const plan = this.#plan;
      const { turn } = this.#balance;
      this.#seen = undefined;
      const updates: UpdateReport[] = [];
      for (const planned of plan.updates) updates.push(await this.#update(planned, batch));
      this.#step++;
      this.#brake(plan, updates);
      if (this.#seen) await this.examiner?.learn(this.#seen);
      const heldOut = batch.heldOut && (await this.#measure(batch.heldOut));
      const next = this.#plan;
      if (next.phase !== plan.phase) await this.#programs.keep(next.phaseUpdates);
      return {
        step: this.#step,
        time: Date.now(),
        phase: plan.phase,
        ...measured(updates),
        skipped: this.#skipped,
        rollbacks: this.#rollbacks,
        ...(turn !== 'both' && { paused: turn === 'refiner' ? 'discriminator' : 'refiner' }),
        ...(heldOut && { heldOut }),
      };
    } finally {
      this.#busy = false;
    }
  }

  /** Runs an update on its minibatches, keeps its fresh pictures, and remembers what the examiner is to see. */
  async #update({ name, k, synthetic, real }: PlannedUpdate, batch: TrainingBatch): Promise<UpdateReport> {
    const update = this.rules.updates[name] as Update;
    const pictures = this.#minibatch(batch, synthetic, real);
    const inputs = this.#feed.fill(update, pictures, { step: this.#step, k });
    const { examined, control, ...outputs } = await this.#programs.run(name, inputs);
    this.#feed.keep(outputs, { step: this.#step, k });
    if (examined && this.examiner && (this.#step + 1) % EXAMINED_EVERY === 0) {
      const first = (values: TensorValues) => Float32Array.from(values.subarray(0, examined.length));
      this.#seen = {
        synthetic: first(this.#control(control, pictures)),
        refined: first(examined),
        real: first(fromBytes(pictures[this.#aim])),
      };
    }
    const scalars = Object.entries(outputs).filter(([output]) => !output.startsWith('fresh-'));
    return Object.fromEntries(scalars.map(([output, values]) => [output, values[0] as number]));
  }

  /** What made pictures are compared with. */
  #control(output: TensorValues | undefined, pictures: DrawnPictures): Float32Array {
    const { control, refines = 'synthetic' } = this.rules;
    if (control === 'output') return Float32Array.from(output ?? []);
    if (control === 'synthetic') return fromBytes(pictures[refines]);
    return doubleExposures(fromBytes(pictures[this.#aim]), this.#pictureBytes);
  }

  /** The pictures that made ones are to be like. */
  get #aim(): InputKind {
    return this.rules.refines === 'real' ? 'synthetic' : 'real';
  }

  #minibatch({ synthetic, real, labels }: DrawnPictures, ofSynthetic: number, ofReal: number): DrawnPictures {
    const { batch } = this.config;
    const size = batch * this.#pictureBytes;
    return {
      synthetic: synthetic.subarray(ofSynthetic * size, (ofSynthetic + 1) * size),
      real: real.subarray(ofReal * size, (ofReal + 1) * size),
      ...(labels && { labels: labels.subarray(ofReal * batch, (ofReal + 1) * batch) }),
    };
  }

  get #pictureBytes(): number {
    return this.config.width * this.config.height * 3;
  }

  /** Counts refused updates, brings good weights back after too many, and settles whose turn the next step is. */
  #brake({ adversarial }: Plan, updates: readonly UpdateReport[]): void {
    const refused = updates.some((report) =>
      Object.entries(report).some(([name, value]) => name.endsWith('-accepted') && value === 0),
    );
    if (refused) this.#skipped++;
    if (this.#lastGood?.observe(this.#step, !refused)) this.#rollbacks++;
    if (this.config.balance && adversarial) this.#balance.observe(matchOf(updates));
  }

  async #measure(pictures: DrawnPictures): Promise<HeldOutReport | undefined> {
    const { check = '', updates, keepsPicture, refines } = this.rules;
    const update = updates[check] as Update;
    const outputs = await this.#programs.run(check, this.#feed.fill(update, pictures, { step: this.#step, k: 0 }));
    const refined = Float32Array.from(outputs.refined ?? []);
    if (!this.examiner || !allFinite(refined)) return undefined;
    const aim = fromBytes(pictures[this.#aim]);
    const before = this.#control(outputs.control, pictures);
    const { width, height } = this.config;
    const input = this.rules.control === 'double-exposure' ? undefined : before;
    const sets = { synthetic: input, refined, real: aim, count: CHECKED, width, height };
    const { spread, ...compared } = measureHeldOut(sets, keepsPicture);
    const said = (name: string) => outputs[name]?.[0] ?? Number.NaN;
    const own = Object.keys(outputs).filter((name) => name.startsWith('measure-'));
    return {
      accuracy: { real: said('accuracy-real'), refined: said('accuracy-refined') },
      ...compared,
      // By the names of the inputs, not by what is made of what.
      spread:
        refines === 'real' && spread.synthetic !== undefined
          ? { synthetic: spread.real, real: spread.synthetic }
          : spread,
      twoSample: await this.examiner.judge({ synthetic: before, refined, real: aim }),
      ...(own.length > 0 && { measures: Object.fromEntries(own.map((name) => [name.slice(8), said(name)])) }),
    };
  }

  #check({ synthetic, real, labels, heldOut }: TrainingBatch): void {
    const { requires, rules } = this;
    const { width, height } = this.config;
    const measured = (name: 'synthetic' | 'real') => (heldOut && requires[name] > 0 ? CHECKED : 0);
    for (const [name, bytes, count] of [
      ['synthetic', synthetic, requires.synthetic],
      ['real', real, requires.real],
      ['held-out synthetic', heldOut?.synthetic ?? [], measured('synthetic')],
      ['held-out real', heldOut?.real ?? [], measured('real')],
    ] as const) {
      if (bytes.length === count * this.#pictureBytes) continue;
      throw new IrisflowError(
        'USAGE',
        `a training batch has ${bytes.length} bytes of ${name} pictures, this step takes ${count} of ${width}×${height}×3 bytes each`,
      );
    }
    if (rules.classes === 0) return;
    for (const [given, count] of [
      [labels, requires.real],
      ...(heldOut ? [[heldOut.labels, CHECKED] as const] : []),
    ] as const) {
      if (given?.length === count && given.every((label) => label < rules.classes)) continue;
      throw new IrisflowError(
        'USAGE',
        `${this.config.recipe} learns from labelled pictures: a batch needs a label from 0 to ${rules.classes - 1} for each real one`,
      );
    }
  }

  generatorWeights(): TensorRecord {
    return generatorWeightsOf(this.state.read(this.#generatorNames), this.rules.generators);
  }

  snapshot(): Checkpoint {
    const { blobs, counts } = this.#feed.contents();
    return {
      config: this.config,
      step: this.#step,
      version: this.#step,
      phase: this.#plan.phase,
      state: {
        ...this.state.read(),
        ...under('examiner/', this.examiner?.read() ?? {}),
        ...under('good/', this.#lastGood?.good ?? {}),
      },
      blobs,
      meta: {
        ...counts,
        skipped: this.#skipped,
        rollbacks: this.#rollbacks,
        refusedInRow: this.#lastGood?.refused ?? 0,
        balance: this.#balance.state,
      },
    };
  }

  async dispose(): Promise<void> {
    await this.#programs.keep([]);
    await this.examiner?.dispose();
    this.rules.release?.();
  }
}

/** Each picture and the next one, half and half: all real, and no picture of anything. */
function doubleExposures(pictures: Float32Array, size: number): Float32Array {
  return pictures.map((value, i) => (value + (pictures[(i + size) % pictures.length] as number)) / 2);
}
