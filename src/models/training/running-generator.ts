/** A generator ready to run, apart from any training: as a refiner of pictures, or as a sampler of noise. */
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { fromBytes, toBytes } from '../../engine/pixels.js';
import { need, shapeDifference, under } from '../../engine/tensor-record.js';
import type {
  CompiledProgram,
  Engine,
  State,
  TensorRecord,
  TensorSpec,
  Tensors,
  TensorValues,
} from '../../engine/types.js';
import { IrisflowError } from '../../errors.js';
import { randomAt } from '../../random.js';
import type { GeneratorOptions, RecipeConfig, RunningGenerator, RunningRefiner, RunningSampler } from '../types.js';
import { type Apply, applyWith, type Networks } from './apply.js';
import { oneHot } from './feed.js';

/** Batch sizes that programs are compiled for; other counts are made of these, largest first. */
const SIZES = [8, 4, 2, 1];
/** Compiled at once: what a video with one face needs. */
const FIRST_SIZES = [2, 1];

/** The values that generators start with, by their names in a state. */
export function initialValues(networks: Networks, { seed }: Pick<RecipeConfig, 'seed'>): TensorRecord {
  const values: TensorRecord = {};
  for (const [name, network] of Object.entries(networks)) {
    const initial = network.init(randomAt(seed, 'weights', name));
    Object.assign(values, under(`${name}/weights/`, initial.weights), under(`${name}/statistics/`, initial.statistics));
  }
  return values;
}

/** Throws `MODEL` where weights do not have these names and shapes. */
export function checkWeights(shapes: TensorRecord, weights: TensorRecord, { recipe, preset }: RecipeConfig): void {
  const difference = shapeDifference(shapes, weights);
  if (difference === undefined) return;
  throw new IrisflowError('MODEL', `these weights are not of a ${recipe} generator, preset ${preset}: ${difference}`);
}

/** What a generator is made of. */
export interface GeneratorParts {
  /** The networks that it needs. */
  readonly networks: Networks;
  /** Its inputs for so many pictures. */
  inputs(count: number): Record<string, TensorSpec>;
  /** Its pictures, in [−1, 1]. */
  generate(apply: Apply, inputs: Tensors): Tensor4D;
}

/**
 * Runs a generator on any number of pictures. Programs for one and two are compiled at the start, those for four and eight when they
 * are first needed. Calls are queued; weights written while one runs count from the next.
 */
class Runner implements RunningGenerator {
  readonly #state: State;
  readonly #shapes: TensorRecord;
  readonly #programs = new Map<number, CompiledProgram>();
  #pending: TensorRecord | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly engine: Engine,
    private readonly config: RecipeConfig,
    private readonly parts: GeneratorParts,
    weights: TensorRecord | undefined,
    private readonly freeze: boolean,
  ) {
    this.#shapes = initialValues(parts.networks, config);
    if (weights !== undefined) this.#check(weights);
    this.#state = engine.createState(weights ?? this.#shapes);
  }

  /** Throws `MODEL` where weights do not fit. */
  static async create(
    engine: Engine,
    config: RecipeConfig,
    parts: GeneratorParts,
    weights: TensorRecord | undefined,
    { freeze = false }: GeneratorOptions = {},
  ): Promise<Runner> {
    const runner = new Runner(engine, config, parts, weights, freeze);
    for (const size of FIRST_SIZES) await runner.#program(size);
    return runner;
  }

  /** RGB bytes of `count` pictures; `part` gives the inputs of `size` of them from the `from`-th on. */
  run(count: number, part: (from: number, size: number) => Record<string, TensorValues>): Promise<Uint8Array> {
    const result = this.#queue.then(() => this.#run(count, part));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #run(count: number, part: (from: number, size: number) => Record<string, TensorValues>): Promise<Uint8Array> {
    if (this.#pending !== undefined) this.#state.write(this.#pending);
    this.#pending = undefined;
    let generated = new Uint8Array();
    for (let done = 0; done < count; ) {
      const size = SIZES.find((s) => s <= count - done) as number;
      const program = await this.#program(size);
      const { pictures = [] } = await program.run(part(done, size));
      const bytes = toBytes(pictures);
      if (done === 0) generated = new Uint8Array((bytes.length / size) * count);
      generated.set(bytes, (generated.length / count) * done);
      done += size;
    }
    return generated;
  }

  write(weights: TensorRecord): void {
    if (this.freeze) {
      throw new IrisflowError(
        'MODEL',
        'this generator was made with freeze: its weights are constants, make a new one',
      );
    }
    this.#check(weights);
    this.#pending = weights;
  }

  #check(weights: TensorRecord): void {
    checkWeights(this.#shapes, weights, this.config);
  }

  async #program(size: number): Promise<CompiledProgram> {
    const known = this.#programs.get(size);
    if (known !== undefined) return known;
    const { networks, generate } = this.parts;
    const compiled = await this.engine.compile(
      (inputs, state) => ({ outputs: { pictures: generate(applyWith(networks, state, 'inference'), inputs) } }),
      {
        inputs: this.parts.inputs(size),
        state: this.#state,
        freeze: this.freeze,
        name: `${this.config.recipe} generate`,
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

/** What a refiner is made of: `generate` gets pictures `[count, height, width, 3]` as its one input. */
export interface RefinerParts {
  readonly networks: Networks;
  generate(apply: Apply, x: Tensor4D): Tensor4D;
}

/** Throws `MODEL` where weights do not fit. */
export async function createRefiner(
  engine: Engine,
  config: RecipeConfig,
  { networks, generate }: RefinerParts,
  weights?: TensorRecord,
  options?: GeneratorOptions,
): Promise<RunningRefiner> {
  const { width, height } = config;
  const bytes = width * height * 3;
  const parts: GeneratorParts = {
    networks,
    inputs: (count) => ({ x: { shape: [count, height, width, 3] } }),
    generate: (apply, inputs) => generate(apply, need(inputs, 'x')),
  };
  const runner = await Runner.create(engine, config, parts, weights, options);
  return {
    async refine(pictures, count) {
      if (!Number.isInteger(count) || count < 0 || pictures.length !== count * bytes) {
        const message = `refine was given ${pictures.length} bytes for ${count} pictures of ${width}×${height}×3 bytes`;
        throw new IrisflowError('USAGE', message);
      }
      return runner.run(count, (from, size) => ({
        x: fromBytes(pictures.subarray(from * bytes, (from + size) * bytes)),
      }));
    },
    write: (next) => runner.write(next),
    dispose: () => runner.dispose(),
  };
}

/** What a sampler is made of: `generate` gets noise `[count, noiseSize]` and, with classes, labels `[count, classes]`, one-hot. */
export interface SamplerParts {
  readonly networks: Networks;
  readonly noiseSize: number;
  /** 0: it takes no labels. */
  readonly classes: number;
  generate(apply: Apply, noise: Tensors[string], labels: Tensors[string] | undefined): Tensor4D;
}

/** Throws `MODEL` where weights do not fit. */
export async function createSampler(
  engine: Engine,
  config: RecipeConfig,
  { networks, noiseSize, classes, generate }: SamplerParts,
  weights?: TensorRecord,
  options?: GeneratorOptions,
): Promise<RunningSampler> {
  const parts: GeneratorParts = {
    networks,
    inputs: (count) => ({
      noise: { shape: [count, noiseSize] },
      ...(classes > 0 && { labels: { shape: [count, classes] } }),
    }),
    generate: (apply, inputs) => generate(apply, need(inputs, 'noise'), inputs.labels),
  };
  const runner = await Runner.create(engine, config, parts, weights, options);
  return {
    noiseSize,
    classes,
    async sample(noise, count, labels) {
      if (!Number.isInteger(count) || count < 0 || noise.length !== count * noiseSize) {
        const message = `sample was given ${noise.length} numbers of noise for ${count} pictures of ${noiseSize} each`;
        throw new IrisflowError('USAGE', message);
      }
      if (classes > 0 && !(labels?.length === count && labels.every((label) => label < classes))) {
        const message = `${config.recipe} needs a label from 0 to ${classes - 1} for each of the ${count} pictures`;
        throw new IrisflowError('USAGE', message);
      }
      return runner.run(count, (from, size) => ({
        noise: noise.subarray(from * noiseSize, (from + size) * noiseSize),
        ...(classes > 0 && labels && { labels: oneHot(labels.subarray(from, from + size), classes) }),
      }));
    },
    write: (next) => runner.write(next),
    dispose: () => runner.dispose(),
  };
}
