/** SimGAN's Algorithm 1 step by step: which updates a step makes, on which pictures, and what it remembers. */
import type { CompiledProgram, Engine, State, TensorRecord, TensorValues } from '../../../engine/types.js';
import { IrisflowError } from '../../../errors.js';
import { type Random, randomAt } from '../../../random.js';
import { History } from '../../history.js';
import { fromBytes, toBytes } from '../../pixels.js';
import { under, within } from '../../tensor-record.js';
import type { Checkpoint, StepReport, Training, TrainingBatch } from '../../types.js';
import type { SimganConfig } from './config.js';
import type { Networks } from './networks.js';
import { restored } from './restore.js';
import { initialState } from './state.js';
import { historyShare, type Updates, updatesOf } from './updates.js';

/** The parts of the algorithm, in order. */
export type SimganPhase = 'pretrain-refiner' | 'pretrain-discriminator' | 'adversarial';

/** Pictures an update takes, `[b, height, width, 3]` bytes each. */
interface Minibatch {
  readonly x: Uint8Array;
  readonly y?: Uint8Array;
}

/** Scalars that an update reported. */
type Report = Readonly<Record<string, number>>;

/**
 * SimGAN being trained. All randomness is a pure function of (seed, purpose, step), so weights, moments, history and step are
 * everything that an exact resume needs.
 */
export class SimganTraining implements Training {
  readonly #state: State;
  readonly #refinerNames: readonly string[];
  readonly #history: History;
  readonly #updates: Updates;
  readonly #compiled = new Map<keyof Updates, CompiledProgram>();
  #step = 0;
  #skipped = 0;
  #busy = false;

  private constructor(
    private readonly engine: Engine,
    private readonly networks: Networks,
    readonly config: SimganConfig,
    checkpoint: Checkpoint | undefined,
  ) {
    const fresh = initialState(networks, config, (network) => randomAt(config.seed, 'weights', network));
    this.#refinerNames = Object.keys(fresh).filter((name) => /^refiner\/(weights|average|statistics)\//.test(name));
    this.#history = new History(config.historySize, this.#pictureBytes);
    this.#updates = updatesOf(networks, config);
    if (checkpoint === undefined) {
      this.#state = engine.createState(fresh);
      return;
    }
    const { state, history, step, skipped } = restored(checkpoint, config, fresh);
    this.#history.restore(history);
    this.#state = engine.createState(state);
    this.#step = step;
    this.#skipped = skipped;
  }

  /** Starts afresh or from a checkpoint, and compiles what the first step needs. Throws `CHECKPOINT` where it does not fit. */
  static async create(
    engine: Engine,
    networks: Networks,
    config: SimganConfig,
    checkpoint?: Checkpoint,
  ): Promise<SimganTraining> {
    const training = new SimganTraining(engine, networks, config, checkpoint);
    for (const name of training.#updatesOfPhase()) await training.#program(name);
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

  get requires(): { readonly synthetic: number; readonly real: number } {
    const { batch: b, kG, kD } = this.config;
    const phase = this.#phase;
    if (phase === 'pretrain-refiner') return { synthetic: b, real: 0 };
    if (phase === 'pretrain-discriminator') return { synthetic: b, real: b };
    return { synthetic: this.#shared ? b : (kG + kD) * b, real: kD * b };
  }

  async train(batch: TrainingBatch): Promise<StepReport> {
    if (this.#busy)
      throw new IrisflowError('USAGE', 'train was called before the step before had ended: await each call');
    this.#check(batch);
    this.#busy = true;
    try {
      const phase = this.#phase;
      const reports = await this.#algorithm1(phase, batch);
      this.#step++;
      const refused = reports.some((r) => r['refiner-accepted'] === 0 || r['discriminator-accepted'] === 0);
      if (refused) this.#skipped++;
      if (this.#phase !== phase) await this.#release();
      return this.#report(phase, reports);
    } finally {
      this.#busy = false;
    }
  }

  /** One step of Algorithm 1: K_g refiner updates, then K_d discriminator updates, each on a minibatch of its own. */
  async #algorithm1(phase: SimganPhase, { synthetic, real }: TrainingBatch): Promise<Report[]> {
    const { batch: b, kG, kD } = this.config;
    const size = b * this.#pictureBytes;
    const minibatch = (pictures: Uint8Array, i: number) => pictures.subarray(i * size, (i + 1) * size);
    if (phase === 'pretrain-refiner') return [await this.#run('refinerAlone', { x: synthetic })];
    if (phase === 'pretrain-discriminator') return [await this.#run('discriminator', { x: synthetic, y: real })];
    if (this.#shared) return [await this.#run('both', { x: synthetic, y: real })];
    const reports: Report[] = [];
    for (let k = 0; k < kG; k++) {
      reports.push(await this.#run('refiner', { x: minibatch(synthetic, k) }, k));
    }
    for (let k = 0; k < kD; k++) {
      reports.push(await this.#run('discriminator', { x: minibatch(synthetic, kG + k), y: minibatch(real, k) }, k));
    }
    return reports;
  }

  /** Runs the `k`-th update of that name in this step, on a minibatch and the history, and puts its fresh pictures there. */
  async #run(name: keyof Updates, { x, y }: Minibatch, k = 0): Promise<Report> {
    const specs = this.#updates[name].inputs;
    const inputs: Record<string, TensorValues> = { x: fromBytes(x) };
    if (y !== undefined && 'y' in specs) inputs.y = fromBytes(y);
    if ('history' in specs) Object.assign(inputs, this.#recall(k));
    for (const [input, { shape }] of Object.entries(specs)) {
      if (input.endsWith('dropout')) inputs[input] = this.#dropout(shape, this.#random(input, k));
    }
    const program = await this.#program(name);
    const { fresh, ...scalars } = await program.run(inputs);
    if (fresh?.every(Number.isFinite)) this.#history.put(toBytes(fresh), this.#random('history-put', k));
    return Object.fromEntries(Object.entries(scalars).map(([output, values]) => [output, values[0] as number]));
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

  #random(purpose: string, k: number): Random {
    return randomAt(this.config.seed, purpose, this.#step, k);
  }

  #report(phase: SimganPhase, reports: readonly Report[]): StepReport {
    const mean = (name: string): number => {
      const values = reports.flatMap((report) => report[name] ?? []);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    const losses = {
      refiner: mean('refiner-loss'),
      adversarial: mean('adversarial-loss'),
      discriminator: mean('discriminator-loss'),
    };
    return {
      step: this.#step,
      time: Date.now(),
      phase,
      // A phase without a loss has no entry for it: its mean over no updates is NaN. So is a loss that overflowed; that stays.
      losses: Object.fromEntries(Object.entries(losses).filter(([name]) => reports.some((r) => `${name}-loss` in r))),
      accuracy: { real: mean('accuracy-real'), refined: mean('accuracy-refined') },
      change: mean('change'),
      variety: mean('variety'),
      skipped: this.#skipped,
    };
  }

  #check({ synthetic, real }: TrainingBatch): void {
    const { requires } = this;
    for (const [name, bytes, count] of [
      ['synthetic', synthetic, requires.synthetic],
      ['real', real, requires.real],
    ] as const) {
      if (bytes.length === count * this.#pictureBytes) continue;
      const { width, height } = this.config;
      throw new IrisflowError(
        'USAGE',
        `a training batch has ${bytes.length} bytes of ${name} pictures, this step takes ${count} of ${width}×${height}×3 bytes each`,
      );
    }
  }

  #updatesOfPhase(): (keyof Updates)[] {
    switch (this.#phase) {
      case 'pretrain-refiner':
        return ['refinerAlone'];
      case 'pretrain-discriminator':
        return ['discriminator'];
      case 'adversarial':
        return this.#shared ? ['both'] : ['refiner', 'discriminator'];
    }
  }

  async #program(name: keyof Updates): Promise<CompiledProgram> {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const { program, inputs } = this.#updates[name];
    const compiled = await this.engine.compile(program, { inputs, state: this.#state, name: `simgan ${name}` });
    this.#compiled.set(name, compiled);
    return compiled;
  }

  /** Lets go of programs that the phase does not run. */
  async #release(): Promise<void> {
    const wanted = this.#updatesOfPhase();
    for (const [name, program] of this.#compiled) {
      if (wanted.includes(name)) continue;
      this.#compiled.delete(name);
      await program.dispose();
    }
  }

  refinerWeights(): TensorRecord {
    const kept = this.config.averaging > 0 ? 'average' : 'weights';
    const values = within('refiner/', this.#state.read(this.#refinerNames));
    return { ...under('weights/', within(`${kept}/`, values)), ...under('statistics/', within('statistics/', values)) };
  }

  snapshot(): Checkpoint {
    const { pictures, count } = this.#history.contents();
    return {
      config: this.config,
      step: this.#step,
      version: this.#step,
      phase: this.#phase,
      state: this.#state.read(),
      blobs: { history: pictures },
      meta: { historyCount: count, skipped: this.#skipped },
    };
  }

  async dispose(): Promise<void> {
    const programs = [...this.#compiled.values()];
    this.#compiled.clear();
    for (const program of programs) await program.dispose();
  }
}
