/** Runs a generator outside training, as a refiner of pictures or as a sampler from noise. */
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

/** The batch sizes that programs are compiled for. Other counts are divided into these, largest first. */
const SIZES = [8, 4, 2, 1];
/** The sizes that are compiled at the start, which is what a video with one face needs. */
const FIRST_SIZES = [2, 1];

/** The initial values of networks, by their names in a state. */
export function initialValues(networks: Networks, { seed }: Pick<RecipeConfig, 'seed'>): TensorRecord {
  const values: TensorRecord = {};
  for (const [name, network] of Object.entries(networks)) {
    const initial = network.init(randomAt(seed, 'weights', name));
    Object.assign(values, under(`${name}/weights/`, initial.weights), under(`${name}/statistics/`, initial.statistics));
  }
  return values;
}

/** Throws `MODEL` where weights do not have the names and shapes of `shapes`. */
export function checkWeights(shapes: TensorRecord, weights: TensorRecord, { recipe, preset }: RecipeConfig): void {
  const difference = shapeDifference(shapes, weights);
  if (difference === undefined) return;
  throw new IrisflowError('MODEL', `these weights are not of a ${recipe} generator, preset ${preset}: ${difference}`);
}

/** The parts of a running generator. */
export interface GeneratorParts {
  /** The networks that it needs. */
  readonly networks: Networks;
  /** Its inputs for `count` pictures. */
  inputs(count: number): Record<string, TensorSpec>;
  /** Generates pictures in [−1, 1]. */
  generate(apply: Apply, inputs: Tensors): Tensor4D;
}

/**
 * Runs a generator on any number of pictures. Programs for one and two pictures are compiled at the start, those for four and eight when they
 * are first needed. Calls are queued. Weights that are written during a call apply from the next one.
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

  /** Compiles the first programs. Rejects with `MODEL` where weights do not fit. */
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

  /** Generates the RGB bytes of `count` pictures. `part` returns the inputs of `size` pictures from number `from` on. */
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
        'this generator was created with freeze, so its weights are constants: create a new one',
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

/** The parts of a refiner. */
export interface RefinerParts {
  readonly networks: Networks;
  /** Refines pictures `[count, height, width, 3]` in [−1, 1]. */
  generate(apply: Apply, x: Tensor4D): Tensor4D;
}

/** Prepares a refiner. Rejects with `MODEL` where weights do not fit. */
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

/** The parts of a sampler. */
export interface SamplerParts {
  readonly networks: Networks;
  readonly noiseSize: number;
  /** The number of classes; 0 where it takes no labels. */
  readonly classes: number;
  /** Generates pictures from noise `[count, noiseSize]` and, where there are classes, one-hot labels `[count, classes]`. */
  generate(apply: Apply, noise: Tensors[string], labels: Tensors[string] | undefined): Tensor4D;
}

/** Prepares a sampler. Rejects with `MODEL` where weights do not fit. */
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
