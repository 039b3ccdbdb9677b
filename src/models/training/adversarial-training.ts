/** The training engine of all recipes, which makes one step at a time with its updates, safeguards and measurements. */
import { under } from '../../engine/tensor-record.js';
import type { Engine, State, TensorRecord } from '../../engine/types.js';
import { IrisflowError } from '../../errors.js';
import type { AdversarialConfig } from '../options/common.js';
import { Balance } from '../safeguards/balance.js';
import { HeldOutChecks } from '../safeguards/held-out-checks.js';
import { LastGood } from '../safeguards/last-good.js';
import type {
  Checkpoint,
  DrawnPictures,
  HeldOutReport,
  InputKind,
  RecipeTraits,
  Requirements,
  StepReport,
  Training,
  TrainingBatch,
} from '../types.js';
import { checkBatch } from './check-batch.js';
import { HELD_OUT, networkNames, type TrainingDefinition } from './definition.js';
import { Feed } from './feed.js';
import { Programs } from './programs.js';
import { discriminatorScores, measured } from './report.js';
import { CLASSIFIER, GOOD, generatorWeightsOf, type Restored, restored } from './restore.js';
import { MEASUREMENT, type Plan, type PlannedUpdate, planOf } from './schedule.js';
import type { UpdateOutputs } from './update-outputs.js';
import { initialState, programsOf } from './update-programs.js';

/** Everything in which the trainings of two recipes or configurations differ. */
export interface TrainingParts extends RecipeTraits {
  readonly config: AdversarialConfig;
  /** The names of the options that decide what a checkpoint holds. */
  readonly fixed: readonly string[];
  readonly definition: TrainingDefinition;
  /** The input that this configuration refines. Refined pictures should resemble the other input. */
  readonly refines: InputKind;
  /** The number of classes of labelled pictures; 0 where there are no labels. */
  readonly classes: number;
  /** Frees what the updates need besides the state. It is called when the training is disposed of. */
  release?(): void;
}

/**
 * A recipe being trained. All random numbers are a pure function of (seed, purpose, step), so an exact resume needs only weights, moments,
 * histories, the step and the state of the safeguards.
 */
export class AdversarialTraining implements Training {
  readonly config: AdversarialConfig;
  readonly #generators: readonly string[];
  readonly #generatorTensors: readonly string[];
  readonly #feed: Feed;
  readonly #programs: Programs;
  readonly #balance: Balance;
  readonly #lastGood: LastGood | undefined;
  #step: number;
  #skipped: number;
  #rollbacks: number;
  #busy = false;

  private constructor(
    private readonly parts: TrainingParts,
    engine: Engine,
    private readonly state: State,
    private readonly checks: HeldOutChecks | undefined,
    { state: begun, histories, step, skipped, rollbacks, refusedInRow, good, balance }: Restored,
  ) {
    const { config, definition, classes } = parts;
    this.config = config;
    this.#generators = networkNames(definition, 'generator');
    this.#generatorTensors = Object.keys(begun).filter((name) => {
      const [network = '', part = ''] = name.split('/');
      return this.#generators.includes(network) && ['weights', 'average', 'statistics'].includes(part);
    });
    this.#feed = new Feed(config, definition.histories ?? {}, classes, histories);
    this.#programs = new Programs(engine, programsOf(definition, config), state, config.recipe);
    this.#balance = new Balance(balance);
    const { rollbackAfter } = config;
    this.#lastGood = rollbackAfter > 0 ? new LastGood(state, rollbackAfter, refusedInRow, good) : undefined;
    this.#step = step;
    this.#skipped = skipped;
    this.#rollbacks = rollbacks;
  }

  /** Starts a new training or continues from a checkpoint, and compiles what the first step needs. Rejects with `CHECKPOINT` where it does not fit. */
  static async create(engine: Engine, parts: TrainingParts, checkpoint?: Checkpoint): Promise<AdversarialTraining> {
    const { config, fixed, definition } = parts;
    const histories = Object.keys(definition.histories ?? {});
    const from = restored(checkpoint, { config, fixed, fresh: initialState(definition, config), histories });
    const checks = await HeldOutChecks.create(engine, parts, from.classifier);
    const training = new AdversarialTraining(parts, engine, engine.createState(from.state), checks, from);
    for (const name of training.#plan.programs) await training.#programs.prepare(name);
    return training;
  }

  get step(): number {
    return this.#step;
  }

  get #plan(): Plan {
    return planOf(this.parts.definition, this.config, this.#step, this.#balance.turn);
  }

  get requires(): Requirements {
    const { draws, adversarial } = this.#plan;
    const { checkEvery } = this.config;
    const checks = adversarial && checkEvery > 0 && (this.#step + 1) % checkEvery === 0;
    return checks ? { ...draws, heldOut: HELD_OUT } : draws;
  }

  async train(batch: TrainingBatch): Promise<StepReport> {
    if (this.#busy) throw new IrisflowError('USAGE', 'train was called while another step is running: await each call');
    checkBatch(batch, this.requires, this.parts);
    this.#busy = true;
    try {
      const plan = this.#plan;
      const { turn } = this.#balance;
      const updates: UpdateOutputs[] = [];
      for (const planned of plan.updates) updates.push(await this.#update(planned, batch));
      this.#step++;
      this.#guard(plan, updates);
      await this.checks?.learn();
      const heldOut = batch.heldOut && (await this.#measure(batch.heldOut));
      const next = this.#plan;
      if (next.phase !== plan.phase) await this.#programs.keep(next.programs);
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

  /** Runs an update on its minibatches, and puts its new pictures into the histories. */
  async #update({ name, k, synthetic, real }: PlannedUpdate, batch: TrainingBatch): Promise<UpdateOutputs> {
    const pictures = this.#minibatch(batch, synthetic, real);
    const at = { step: this.#step, k };
    const outputs = await this.#programs.run(name, this.#feed.fill(this.#programs.inputs(name), pictures, at));
    this.#feed.keep(outputs.buffers, at);
    this.checks?.observe(outputs, pictures, this.#step);
    return outputs;
  }

  #minibatch({ synthetic, real, labels }: DrawnPictures, ofSynthetic: number, ofReal: number): DrawnPictures {
    const { batch, width, height } = this.config;
    const size = batch * width * height * 3;
    return {
      synthetic: synthetic.subarray(ofSynthetic * size, (ofSynthetic + 1) * size),
      real: real.subarray(ofReal * size, (ofReal + 1) * size),
      ...(labels && { labels: labels.subarray(ofReal * batch, (ofReal + 1) * batch) }),
    };
  }

  /** Counts refused updates, restores the last good weights after too many, and decides which networks the next step updates. */
  #guard({ adversarial }: Plan, updates: readonly UpdateOutputs[]): void {
    const refused = updates.some(({ accepted }) => Object.values(accepted).includes(0));
    if (refused) this.#skipped++;
    if (this.#lastGood?.observe(this.#step, !refused)) this.#rollbacks++;
    if (this.config.balance && adversarial) this.#balance.observe(discriminatorScores(updates));
  }

  async #measure(pictures: DrawnPictures): Promise<HeldOutReport | undefined> {
    const inputs = this.#feed.fill(this.#programs.inputs(MEASUREMENT), pictures, { step: this.#step, k: 0 });
    return this.checks?.measure(await this.#programs.run(MEASUREMENT, inputs), pictures);
  }

  generatorWeights(): TensorRecord {
    return generatorWeightsOf(this.state.read(this.#generatorTensors), this.#generators);
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
        ...under(CLASSIFIER, this.checks?.read() ?? {}),
        ...under(GOOD, this.#lastGood?.good ?? {}),
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
    await this.checks?.dispose();
    this.parts.release?.();
  }
}
