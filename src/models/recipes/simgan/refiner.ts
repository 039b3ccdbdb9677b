/** SimGAN's refiner ready to run, apart from any training. */
import type { CompiledProgram, Engine, State, TensorRecord } from '../../../engine/types.js';
import { IrisflowError } from '../../../errors.js';
import { randomAt } from '../../../random.js';
import type { RefinerNetwork } from '../../networks/network.js';
import { fromBytes, toBytes } from '../../pixels.js';
import { need, shapeDifference, under, within } from '../../tensor-record.js';
import type { RunningRefiner } from '../../types.js';
import type { SimganConfig } from './config.js';

/** Batch sizes that programs are compiled for; other counts are made of these, largest first. */
const SIZES = [8, 4, 2, 1];
/** Compiled at once: what a video with one face needs. */
const FIRST_SIZES = [2, 1];

/**
 * Runs R on pictures. Programs for one and two pictures are compiled at the start, those for four and eight when they are first
 * needed. Calls are queued; weights written while one runs count from the next.
 */
export class SimganRefiner implements RunningRefiner {
  readonly #state: State;
  readonly #shapes: TensorRecord;
  readonly #programs = new Map<number, CompiledProgram>();
  #pending: TensorRecord | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly engine: Engine,
    private readonly R: RefinerNetwork,
    private readonly config: SimganConfig,
    weights: TensorRecord | undefined,
    private readonly freeze: boolean,
  ) {
    const initial = R.init(randomAt(config.seed, 'weights', 'refiner'));
    this.#shapes = { ...under('weights/', initial.weights), ...under('statistics/', initial.statistics) };
    if (weights !== undefined) this.#check(weights);
    this.#state = engine.createState(weights ?? this.#shapes);
  }

  /** Throws `MODEL` where weights do not fit. */
  static async create(
    engine: Engine,
    R: RefinerNetwork,
    config: SimganConfig,
    weights: TensorRecord | undefined,
    { freeze = false }: { readonly freeze?: boolean } = {},
  ): Promise<SimganRefiner> {
    const refiner = new SimganRefiner(engine, R, config, weights, freeze);
    for (const size of FIRST_SIZES) await refiner.#program(size);
    return refiner;
  }

  refine(pictures: Uint8Array, count: number): Promise<Uint8Array> {
    const { width, height } = this.config;
    if (!Number.isInteger(count) || count < 0 || pictures.length !== count * width * height * 3) {
      const message = `refine was given ${pictures.length} bytes for ${count} pictures of ${width}×${height}×3 bytes`;
      return Promise.reject(new IrisflowError('USAGE', message));
    }
    const result = this.#queue.then(() => this.#refine(pictures, count));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #refine(pictures: Uint8Array, count: number): Promise<Uint8Array> {
    if (this.#pending !== undefined) this.#state.write(this.#pending);
    this.#pending = undefined;
    const bytes = this.config.width * this.config.height * 3;
    const refined = new Uint8Array(count * bytes);
    for (let done = 0; done < count; ) {
      const size = SIZES.find((s) => s <= count - done) as number;
      const program = await this.#program(size);
      const part = fromBytes(pictures.subarray(done * bytes, (done + size) * bytes));
      const { refined: values } = await program.run({ x: part });
      refined.set(toBytes(values ?? []), done * bytes);
      done += size;
    }
    return refined;
  }

  write(weights: TensorRecord): void {
    if (this.freeze) {
      throw new IrisflowError('MODEL', 'this refiner was made with freeze: its weights are constants, make a new one');
    }
    this.#check(weights);
    this.#pending = weights;
  }

  #check(weights: TensorRecord): void {
    const difference = shapeDifference(this.#shapes, weights);
    if (difference === undefined) return;
    throw new IrisflowError('MODEL', `these weights are not of a ${this.config.preset} refiner: ${difference}`);
  }

  async #program(size: number): Promise<CompiledProgram> {
    const known = this.#programs.get(size);
    if (known !== undefined) return known;
    const { width, height } = this.config;
    const compiled = await this.engine.compile(
      (inputs, state) => {
        const values = { ...within('weights/', state), ...within('statistics/', state) };
        return { outputs: { refined: this.R.forward(need(inputs, 'x'), values, { mode: 'inference' }).output } };
      },
      {
        inputs: { x: { shape: [size, height, width, 3] } },
        state: this.#state,
        freeze: this.freeze,
        name: 'simgan refine',
      },
    );
    this.#programs.set(size, compiled);
    return compiled;
  }

  async dispose(): Promise<void> {
    await this.#queue;
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const program of programs) await program.dispose();
  }
}
