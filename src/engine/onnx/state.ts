/** Resident state of the onnx engine: each entry keeps the layout of its first use and is double-buffered. */
import type { Tensor } from 'onnxruntime-node';
import { IrisflowError } from '../../errors.js';
import type { State, TensorRecord } from '../types.js';
import { checkRecord, checkReplacement } from '../values.js';
import { type Layout, permutation, permute, physicalShape, toLogical } from './layout.js';
import type { Runtime } from './session.js';
import type { EntrySpec } from './trace.js';

class Entry implements EntrySpec {
  layout: Layout | undefined;
  /** The values in `layout`, or in logical order while there is none. */
  #data: Float32Array;
  #current: Tensor | undefined;
  #next: Tensor | undefined;

  constructor(
    readonly shape: readonly number[],
    data: Float32Array,
  ) {
    this.#data = data.slice();
  }

  read(): Float32Array {
    const data = this.layout ? toLogical(this.#data, this.shape, this.layout) : this.#data;
    return data === this.#data ? data.slice() : data;
  }

  write(data: Float32Array): void {
    this.#data.set(this.layout ? permute(data, this.shape, permutation(this.layout, this.shape.length)) : data);
  }

  fixLayout(layout: Layout): void {
    if (this.layout) return;
    this.#data = permute(this.#data, this.shape, permutation(layout, this.shape.length));
    this.layout = layout;
  }

  current({ Tensor }: Runtime): Tensor {
    this.#current ??= new Tensor('float32', this.#data, this.#dims());
    return this.#current;
  }

  /** The buffer for the new values. */
  next({ Tensor }: Runtime): Tensor {
    this.#next ??= new Tensor('float32', new Float32Array(this.#data.length), this.#dims());
    return this.#next;
  }

  swap(): void {
    const next = this.#next;
    if (!next) return;
    this.#next = this.#current;
    this.#current = next;
    this.#data = next.data as Float32Array;
  }

  #dims(): readonly number[] {
    return this.layout ? physicalShape(this.shape, this.layout) : this.shape;
  }
}

export class OnnxState implements State {
  readonly entries: ReadonlyMap<string, Entry>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(values: TensorRecord) {
    checkRecord(values);
    this.entries = new Map(
      Object.entries(values).map(([name, { shape, data }]) => [name, new Entry([...shape], data)]),
    );
  }

  read(names: readonly string[] = [...this.entries.keys()]): TensorRecord {
    return Object.fromEntries(
      names.map((name) => {
        const { shape } = this.entry(name);
        return [name, { shape: [...shape], data: this.entry(name).read() }];
      }),
    );
  }

  write(values: TensorRecord): void {
    checkReplacement(values, (name) => this.entries.get(name)?.shape);
    for (const [name, { data }] of Object.entries(values)) this.entry(name).write(data);
  }

  entry(name: string): Entry {
    const entry = this.entries.get(name);
    if (!entry) throw new IrisflowError('MODEL', `The state has no tensor "${name}".`);
    return entry;
  }

  /** Queues runs on the same state, so that each starts from the result of the one before. */
  exclusively<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
