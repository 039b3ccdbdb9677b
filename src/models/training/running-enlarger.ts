/** Runs a generator that enlarges pictures of any size. */
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { fromBytes, toBytes } from '../../engine/pixels.js';
import { need } from '../../engine/tensor-record.js';
import type { CompiledProgram, Engine, State, TensorRecord } from '../../engine/types.js';
import { IrisflowError } from '../../errors.js';
import type { Picture, RecipeConfig, RunningEnlarger } from '../types.js';
import { type Apply, applyWith, type Networks } from './apply.js';
import { checkWeights, initialValues } from './running-generator.js';

/** The largest side of a part that is enlarged at once, in pixels. Larger pictures take more time, but no more memory. */
const SIDE = 128;
/** How many compiled programs are kept. Each size below that of a part needs its own. */
const MOST_PROGRAMS = 4;
/** The smallest side of a picture, because mirrored borders leave out the edge pixel. */
const LEAST = 2;

/** The parts of an enlarger. */
export interface EnlargerParts {
  readonly networks: Networks;
  /** How many times as wide and high pictures become. */
  readonly scale: number;
  /** The distance in input pixels over which an enlarged pixel depends on its input. */
  readonly reach: number;
  /** Enlarges `x` `[1, rows, columns, 3]` in [−1, 1]; the result is `scale` times as high and wide. */
  generate(apply: Apply, x: Tensor4D): Tensor4D;
}

/** A part of a picture along one side. It begins at `from`, and its enlarged pixels are kept for `[start, end)`. */
interface Span {
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** Prepares an enlarger, which is untrained without weights. Rejects with `MODEL` where weights do not fit. Tests set the side of parts. */
export async function createEnlarger(
  engine: Engine,
  config: RecipeConfig,
  parts: EnlargerParts,
  weights?: TensorRecord,
  side = SIDE,
): Promise<RunningEnlarger> {
  const initial = initialValues(parts.networks, config);
  if (weights !== undefined) checkWeights(initial, weights, config);
  return new Enlarger(engine, config, parts, engine.createState(weights ?? initial), side);
}

/** Enlarges part by part, so that large pictures need no more memory than a part and share one program. Calls are queued. */
class Enlarger implements RunningEnlarger {
  readonly scale: number;
  /** Programs by size, in the order of their last use. */
  readonly #programs = new Map<string, CompiledProgram>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly engine: Engine,
    private readonly config: RecipeConfig,
    private readonly parts: EnlargerParts,
    private readonly state: State,
    private readonly side: number,
  ) {
    this.scale = parts.scale;
  }

  enlarge(picture: Picture): Promise<Picture> {
    const result = this.#queue.then(() => this.#enlarge(picture));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #enlarge({ data, width, height }: Picture): Promise<Picture> {
    if (width < LEAST || height < LEAST || data.length !== width * height * 3) {
      const message = `a picture of ${width}×${height} pixels in ${data.length} bytes cannot be enlarged: a picture needs at least 2×2 pixels of 3 bytes each`;
      throw new IrisflowError('USAGE', message);
    }
    const { scale, reach } = this.parts;
    const [wide, high] = [Math.min(width, this.side), Math.min(height, this.side)];
    const large = new Uint8Array(data.length * scale * scale);
    const row = width * scale * 3;
    for (const down of spans(height, high, reach)) {
      for (const across of spans(width, wide, reach)) {
        const part = new Uint8Array(wide * high * 3);
        for (let y = 0; y < high; y++) {
          const begin = ((down.from + y) * width + across.from) * 3;
          part.set(data.subarray(begin, begin + wide * 3), y * wide * 3);
        }
        const program = await this.#program(wide, high);
        const { pictures = [] } = await program.run({ x: fromBytes(part) });
        const generated = toBytes(pictures);
        const length = (across.end - across.start) * scale * 3;
        for (let y = down.start * scale; y < down.end * scale; y++) {
          const begin = ((y - down.from * scale) * wide + across.start - across.from) * scale * 3;
          large.set(generated.subarray(begin, begin + length), y * row + across.start * scale * 3);
        }
      }
    }
    return { data: large, width: width * scale, height: height * scale };
  }

  async #program(width: number, height: number): Promise<CompiledProgram> {
    const size = `${width}×${height}`;
    const known = this.#programs.get(size);
    const { networks, generate } = this.parts;
    const program =
      known ??
      (await this.engine.compile(
        (inputs, state) => ({
          outputs: { pictures: generate(applyWith(networks, state, 'inference'), need(inputs, 'x')) },
        }),
        {
          inputs: { x: { shape: [1, height, width, 3] } },
          state: this.state,
          freeze: true,
          name: `${this.config.recipe} enlarge ${size}`,
        },
      ));
    this.#programs.delete(size);
    this.#programs.set(size, program);
    const [oldest] = this.#programs;
    if (oldest && this.#programs.size > MOST_PROGRAMS) {
      this.#programs.delete(oldest[0]);
      await oldest[1].dispose();
    }
    return program;
  }

  async dispose(): Promise<void> {
    await this.#queue;
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const program of programs) await program.dispose();
  }
}

/**
 * Divides `length` into parts of `side` pixels, of which the last one ends at `length`. Pixels within `reach` of a border between parts are
 * taken from the neighbouring part, because the generator mirrors the border of a part. So no seam shows.
 */
function spans(length: number, side: number, reach: number): Span[] {
  const step = side - 2 * reach;
  const count = length <= side ? 1 : Math.ceil((length - 2 * reach) / step);
  return Array.from({ length: count }, (_, i) => {
    const from = Math.min(i * step, length - side);
    return { from, start: i === 0 ? 0 : from + reach, end: i === count - 1 ? length : from + side - reach };
  });
}
