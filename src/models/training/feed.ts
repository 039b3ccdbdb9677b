/** Provides the values of an update's inputs: the step's pictures, random numbers, and pictures of the histories. */

import { fromBytes, toBytes } from '../../engine/pixels.js';
import { allFinite } from '../../engine/tensor-record.js';
import type { TensorValues } from '../../engine/types.js';
import { type Random, randomAt } from '../../random.js';
import type { AdversarialConfig } from '../options/common.js';
import type { DrawnPictures } from '../types.js';
import type { UpdateInput, UpdateInputs } from './definition.js';
import { History } from './history.js';
import type { Restored } from './restore.js';
import type { UpdateOutputs } from './update-outputs.js';

/** The place of an update in a training. Its random numbers are a pure function of this and the seed. */
export interface UpdatePlace {
  /** The step, from 0. */
  readonly step: number;
  /** Which update of its kind it is within the step, from 0. */
  readonly k: number;
}

/** Provides the inputs of all updates of one training. */
export class Feed {
  readonly #histories: Readonly<Record<string, History>>;
  readonly #pictureBytes: number;
  /** Arrays for the values of pictures by input, which are reused, because new arrays in every step would cost garbage collection. */
  readonly #last = new Map<string, Float32Array<ArrayBuffer>>();

  /**
   * @param histories the number of pictures that each history keeps at most, by name
   * @param classes the number of classes of labelled pictures; 0 where there are no labels
   * @param restored the contents of the histories in a checkpoint, by name
   */
  constructor(
    private readonly config: Pick<AdversarialConfig, 'width' | 'height' | 'seed'>,
    histories: Readonly<Record<string, number>>,
    private readonly classes: number,
    restored: Restored['histories'],
  ) {
    const { width, height } = config;
    this.#pictureBytes = width * height * 3;
    const entries = Object.entries(histories).map(([name, capacity]) => {
      const history = new History(capacity, this.#pictureBytes);
      const contents = restored[name];
      if (contents) history.restore(contents);
      return [name, history] as const;
    });
    this.#histories = Object.fromEntries(entries);
  }

  /** Returns values for these inputs. `pictures` must have as many as the inputs take. The values are valid until the next call. */
  fill(inputs: UpdateInputs, pictures: DrawnPictures, at: UpdatePlace): Record<string, TensorValues> {
    const recalled = new Map<string, { values: Float32Array; found: number }>();
    const values: Record<string, TensorValues> = {};
    for (const [name, input] of Object.entries(inputs))
      values[name] = this.#values(name, input, pictures, at, recalled);
    return values;
  }

  /** Puts the new pictures of an update into their histories. Pictures that are not finite are left out. */
  keep(buffers: UpdateOutputs['buffers'], at: UpdatePlace): void {
    for (const [name, history] of Object.entries(this.#histories)) {
      const fresh = buffers[name];
      if (fresh && allFinite(fresh)) history.put(toBytes(fresh), this.#random(`${name}-put`, at));
    }
  }

  /** The contents of the histories, for a checkpoint. */
  contents(): { readonly blobs: Record<string, Uint8Array>; readonly counts: Record<string, number> } {
    const contents = Object.entries(this.#histories).map(([name, history]) => [name, history.contents()] as const);
    return {
      blobs: Object.fromEntries(contents.map(([name, { pictures }]) => [name, pictures])),
      counts: Object.fromEntries(contents.map(([name, { count }]) => [`${name}Count`, count])),
    };
  }

  #values(
    name: string,
    { shape, from }: UpdateInput,
    pictures: DrawnPictures,
    at: UpdatePlace,
    recalled: Map<string, { values: Float32Array; found: number }>,
  ): TensorValues {
    const length = shape.reduce((a, b) => a * b, 1);
    switch (from) {
      case 'synthetic':
      case 'real':
        return this.#fromBytes(name, pictures[from]);
      case 'labels':
        return oneHot(pictures.labels ?? new Uint8Array(), this.classes);
      case 'other-labels': {
        const random = this.#random(name, at);
        const { classes } = this;
        return oneHot(
          Uint8Array.from({ length: length / classes }, () => random.integer(classes)),
          classes,
        );
      }
      case 'normal': {
        const random = this.#random(name, at);
        return Float32Array.from({ length }, () => random.normal());
      }
      case 'uniform': {
        const random = this.#random(name, at);
        return Float32Array.from({ length }, () => random.uniform());
      }
    }
    if ('dropout' in from) {
      const random = this.#random(name, at);
      const kept = 1 / (1 - from.dropout);
      return Float32Array.from({ length }, () => (random.uniform() < from.dropout ? 0 : kept));
    }
    const history = 'history' in from ? from.history : from.remembered;
    const share = shape[0] as number;
    const past = recalled.get(history) ?? this.#recall(history, share, at);
    recalled.set(history, past);
    return 'history' in from ? past.values : new Float32Array(share).fill(1, 0, past.found);
  }

  #recall(name: string, share: number, at: UpdatePlace): { values: Float32Array; found: number } {
    const pictures = new Uint8Array(share * this.#pictureBytes);
    const found = this.#histories[name]?.draw(share, this.#random(`${name}-draw`, at), pictures) ?? 0;
    return { values: this.#fromBytes(`history ${name}`, pictures), found };
  }

  #fromBytes(name: string, pictures: Uint8Array): Float32Array {
    const last = this.#last.get(name);
    const values = last?.length === pictures.length ? last : new Float32Array(pictures.length);
    this.#last.set(name, values);
    return fromBytes(pictures, values);
  }

  #random(purpose: string, { step, k }: UpdatePlace): Random {
    return randomAt(this.config.seed, purpose, step, k);
  }
}

/** One-hot labels, `[count, classes]`: 1 at each label, otherwise 0. */
export function oneHot(labels: Uint8Array, classes: number): Float32Array {
  const values = new Float32Array(labels.length * classes);
  for (const [i, label] of labels.entries()) values[i * classes + label] = 1;
  return values;
}
