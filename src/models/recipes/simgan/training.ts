/** SimGAN's Algorithm 1 step by step: which updates a step makes, on which pictures, and what it remembers. */
import type { Engine, State, TensorRecord, TensorValues } from '../../../engine/types.js';
import { IrisflowError } from '../../../errors.js';
import { type Random, randomAt } from '../../../random.js';
import { Balance } from '../../brakes/balance.js';
import { LastGood } from '../../brakes/last-good.js';
import { type ExaminedPictures, Examiner } from '../../examiner.js';
import { measureHeldOut } from '../../held-out.js';
import { History } from '../../history.js';
import { fromBytes, toBytes } from '../../pixels.js';
import { under, within } from '../../tensor-record.js';
import type { Checkpoint, HeldOutReport, StepReport, Training, TrainingBatch } from '../../types.js';
import type { SimganConfig } from './config.js';
import type { Networks } from './networks.js';
import { Programs, type UpdateName } from './programs.js';
import { matchOf, measured, type UpdateReport } from './report.js';
import { type Restored, restored } from './restore.js';
import { initialState } from './state.js';
import { CHECKED, examinedShare, historyShare, type Updates, updatesOf } from './updates.js';

/** The parts of the algorithm, in order. */
export type SimganPhase = 'pretrain-refiner' | 'pretrain-discriminator' | 'adversarial';

/** Pictures an update takes, `[b, height, width, 3]` bytes each. */
interface Minibatch {
  readonly x: Uint8Array;
  readonly y?: Uint8Array;
}

/** Steps between two updates of the examiner: it keeps up at little cost. */
const EXAMINED_EVERY = 4;

/**
 * SimGAN being trained. All randomness is a pure function of (seed, purpose, step), so weights, moments, history, step and the state
 * of the brakes are everything that an exact resume needs.
 */
export class SimganTraining implements Training {
  readonly #refinerNames: readonly string[];
  readonly #history: History;
  readonly #updates: Updates;
  readonly #programs: Programs;
  readonly #balance: Balance;
  readonly #lastGood: LastGood | undefined;
  /** Refined pictures of this step, their inputs, and real ones, where the examiner learns from it. */
  #seen: ExaminedPictures | undefined;
  #step: number;
  #skipped: number;
  #rollbacks: number;
  #busy = false;

  private constructor(
    private readonly networks: Networks,
    readonly config: SimganConfig,
    engine: Engine,
    private readonly state: State,
    private readonly examiner: Examiner | undefined,
    { state: begun, history, step, skipped, rollbacks, refusedInRow, good, balance }: Restored,
  ) {
    this.#refinerNames = Object.keys(begun).filter((n) => /^refiner\/(weights|average|statistics)\//.test(n));
    this.#history = new History(config.historySize, this.#pictureBytes);
    this.#history.restore(history);
    this.#updates = updatesOf(networks, config);
    this.#programs = new Programs(engine, this.#updates, state);
    this.#balance = new Balance(balance);
    const { rollbackAfter } = config;
    this.#lastGood = rollbackAfter > 0 ? new LastGood(state, rollbackAfter, refusedInRow, good) : undefined;
    this.#step = step;
    this.#skipped = skipped;
    this.#rollbacks = rollbacks;
  }

  /** Starts afresh or from a checkpoint, and compiles what the first step needs. Throws `CHECKPOINT` where it does not fit. */
  static async create(
    engine: Engine,
    networks: Networks,
    config: SimganConfig,
    checkpoint?: Checkpoint,
  ): Promise<SimganTraining> {
    const { width, height, seed } = config;
    const fresh = initialState(networks, config, (network) => randomAt(seed, 'weights', network));
    const from = restored(checkpoint, config, fresh);
    const learns = examinedShare(config);
    const options = { width, height, seed, learns, judges: CHECKED };
    const examiner = learns > 0 ? await Examiner.create(engine, options, from.examiner) : undefined;
    const training = new SimganTraining(networks, config, engine, engine.createState(from.state), examiner, from);
    for (const name of training.#updatesOfPhase()) await training.#programs.prepare(name);
    return training;
  }

  get step(): number {
    return this.#step;
  }

  get #pictureBytes(): number {
    return this.config.width * this.config.height * 3;
  }

  get #phase(): SimganPhase {
    const { pretrainRefiner, pretrainDiscriminator } = this.config;
    if (this.#step < pretrainRefiner) return 'pretrain-refiner';
    return this.#step < pretrainRefiner + pretrainDiscriminator ? 'pretrain-discriminator' : 'adversarial';
  }

  /** With one update of each network a step, both are made from one R(x). */
  get #shared(): boolean {
    return this.config.kG === 1 && this.config.kD === 1;
  }

  get requires(): Training['requires'] {
    const { batch: b, kG, kD, checkEvery } = this.config;
    const phase = this.#phase;
    if (phase === 'pretrain-refiner') return { synthetic: b, real: 0 };
    if (phase === 'pretrain-discriminator') return { synthetic: b, real: b };
    const batch = { synthetic: this.#shared ? b : (kG + kD) * b, real: kD * b };
    return checkEvery > 0 && (this.#step + 1) % checkEvery === 0 ? { ...batch, heldOut: CHECKED } : batch;
  }

  async train(batch: TrainingBatch): Promise<StepReport> {
    if (this.#busy)
      throw new IrisflowError('USAGE', 'train was called before the step before had ended: await each call');
    this.#check(batch);
    this.#busy = true;
    try {
      const phase = this.#phase;
      const { turn } = this.#balance;
      this.#seen = undefined;
      const updates = await this.#algorithm1(phase, batch);
      this.#step++;
      this.#brake(phase, updates);
      await this.#examine();
      const heldOut = batch.heldOut && (await this.#measure(batch.heldOut));
      if (this.#phase !== phase) await this.#programs.keep(this.#updatesOfPhase());
      return {
        step: this.#step,
        time: Date.now(),
        phase,
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

  /** One step of Algorithm 1: K_g refiner updates, then K_d discriminator updates, each on a minibatch of its own. */
  async #algorithm1(phase: SimganPhase, { synthetic, real }: TrainingBatch): Promise<UpdateReport[]> {
    const { batch: b, kG, kD } = this.config;
    const size = b * this.#pictureBytes;
    const minibatch = (pictures: Uint8Array, i: number) => pictures.subarray(i * size, (i + 1) * size);
    if (phase === 'pretrain-refiner') return [await this.#run('refinerAlone', { x: synthetic })];
    if (phase === 'pretrain-discriminator') return [await this.#run('discriminator', { x: synthetic, y: real })];
    const { turn } = this.#balance;
    if (this.#shared) return [await this.#run(turn, { x: synthetic, y: real })];
    const reports: UpdateReport[] = [];
    for (let k = 0; k < (turn === 'discriminator' ? 0 : kG); k++) {
      reports.push(await this.#run('refiner', { x: minibatch(synthetic, k), y: minibatch(real, 0) }, k));
    }
    for (let k = 0; k < (turn === 'refiner' ? 0 : kD); k++) {
      reports.push(await this.#run('discriminator', { x: minibatch(synthetic, kG + k), y: minibatch(real, k) }, k));
    }
    return reports;
  }

  /** Runs the `k`-th update of that name in this step, on a minibatch and the history, and puts its fresh pictures there. */
  async #run(name: UpdateName, pictures: Minibatch, k = 0): Promise<UpdateReport> {
    const specs = this.#updates[name].inputs;
    const x = fromBytes(pictures.x);
    const y = pictures.y && ('y' in specs || this.#examining) ? fromBytes(pictures.y) : undefined;
    const inputs: Record<string, TensorValues> = { x };
    if (y !== undefined && 'y' in specs) inputs.y = y;
    if ('history' in specs) Object.assign(inputs, this.#recall(k));
    for (const [input, { shape }] of Object.entries(specs)) {
      if (input.endsWith('dropout')) inputs[input] = this.#dropout(shape, this.#random(input, k));
      if (input === 'interpolation') inputs[input] = this.#shares(shape, this.#random(input, k));
    }
    const { fresh, examined, ...scalars } = await this.#programs.run(name, inputs);
    if (fresh?.every(Number.isFinite)) this.#history.put(toBytes(fresh), this.#random('history-put', k));
    if (examined && y && this.#examining) {
      const first = (values: Float32Array) => values.subarray(0, examined.length);
      this.#seen = { synthetic: first(x), refined: Float32Array.from(examined), real: first(y) };
    }
    return Object.fromEntries(Object.entries(scalars).map(([output, values]) => [output, values[0] as number]));
  }

  /** Counts refused updates, brings good weights back after too many, and settles whose turn the next step is. */
  #brake(phase: SimganPhase, updates: readonly UpdateReport[]): void {
    const refused = updates.some((r) => r['refiner-accepted'] === 0 || r['discriminator-accepted'] === 0);
    if (refused) this.#skipped++;
    if (this.#lastGood?.observe(this.#step, !refused)) this.#rollbacks++;
    if (this.config.balance && phase === 'adversarial') this.#balance.observe(matchOf(updates));
  }

  /** Whether the examiner learns from the step that is being made. */
  get #examining(): boolean {
    return (this.#step + 1) % EXAMINED_EVERY === 0;
  }

  /** Lets the examiner learn from this step's pictures, where it is its turn. */
  async #examine(): Promise<void> {
    if (this.#seen) await this.examiner?.learn(this.#seen);
  }

  async #measure(pictures: NonNullable<TrainingBatch['heldOut']>): Promise<HeldOutReport | undefined> {
    const [synthetic, real] = [fromBytes(pictures.synthetic), fromBytes(pictures.real)];
    const outputs = await this.#programs.run('check', { x: synthetic, y: real });
    const refined = Float32Array.from(outputs.refined ?? []);
    if (!this.examiner || !refined.every(Number.isFinite)) return undefined;
    const { width, height } = this.config;
    const said = (name: string) => outputs[name]?.[0] ?? Number.NaN;
    return {
      accuracy: { real: said('accuracy-real'), refined: said('accuracy-refined') },
      ...measureHeldOut({ synthetic, refined, count: CHECKED, width, height }, real),
      twoSample: await this.examiner.judge({ synthetic, refined, real }),
    };
  }

  #recall(k: number): Record<string, Float32Array> {
    const share = historyShare(this.config);
    const pictures = new Uint8Array(share * this.#pictureBytes);
    const found = this.#history.draw(share, this.#random('history-draw', k), pictures);
    return { history: fromBytes(pictures), remembered: new Float32Array(share).fill(1, 0, found) };
  }

  #dropout(shape: readonly number[], random: Random): Float32Array {
    const rate = this.networks.D.dropoutRate ?? 0;
    const mask = new Float32Array(shape.reduce((a, c) => a * c, 1));
    for (let i = 0; i < mask.length; i++) mask[i] = random.uniform() < rate ? 0 : 1 / (1 - rate);
    return mask;
  }

  #shares(shape: readonly number[], random: Random): Float32Array {
    return Float32Array.from({ length: shape.reduce((a, c) => a * c, 1) }, () => random.uniform());
  }

  #random(purpose: string, k: number): Random {
    return randomAt(this.config.seed, purpose, this.#step, k);
  }

  #check({ synthetic, real, heldOut }: TrainingBatch): void {
    const { requires } = this;
    const measured = heldOut ? CHECKED : 0;
    for (const [name, bytes, count] of [
      ['synthetic', synthetic, requires.synthetic],
      ['real', real, requires.real],
      ['held-out synthetic', heldOut?.synthetic ?? [], measured],
      ['held-out real', heldOut?.real ?? [], measured],
    ] as const) {
      if (bytes.length === count * this.#pictureBytes) continue;
      const { width, height } = this.config;
      throw new IrisflowError(
        'USAGE',
        `a training batch has ${bytes.length} bytes of ${name} pictures, this step takes ${count} of ${width}×${height}×3 bytes each`,
      );
    }
  }

  #updatesOfPhase(): UpdateName[] {
    switch (this.#phase) {
      case 'pretrain-refiner':
        return ['refinerAlone'];
      case 'pretrain-discriminator':
        return ['discriminator'];
      case 'adversarial':
        return [...(this.#shared ? (['both'] as const) : (['refiner', 'discriminator'] as const)), 'check'];
    }
  }

  refinerWeights(): TensorRecord {
    const kept = this.config.averaging > 0 ? 'average' : 'weights';
    const values = within('refiner/', this.state.read(this.#refinerNames));
    return { ...under('weights/', within(`${kept}/`, values)), ...under('statistics/', within('statistics/', values)) };
  }

  snapshot(): Checkpoint {
    const { pictures, count } = this.#history.contents();
    return {
      config: this.config,
      step: this.#step,
      version: this.#step,
      phase: this.#phase,
      state: {
        ...this.state.read(),
        ...under('examiner/', this.examiner?.read() ?? {}),
        ...under('good/', this.#lastGood?.good ?? {}),
      },
      blobs: { history: pictures },
      meta: {
        historyCount: count,
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
  }
}
