/** An ONNX graph under construction: nodes without duplicates (value numbering), and constants. */
import type { ElementType } from './schema.js';

/** An attribute of a node. Plain numbers are ints. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface Node {
  op: string;
  domain: string;
  inputs: readonly string[];
  readonly outputs: string[];
  attributes: Attributes;
  /** The convolution that this fused node replaces, see `fusion.ts`. */
  readonly fusedFrom?: Fusion;
}

export interface Fusion {
  /** The plain convolution. */
  readonly node: Node;
  /** The op that gives the fused result from the plain one, where the plain result is needed as well. */
  readonly op?: string;
  readonly operands: readonly string[];
  readonly attributes: Attributes;
}

/** A graph input or output. */
export interface Port {
  readonly name: string;
  readonly dtype: ElementType;
  readonly dims: readonly number[];
}

export interface Initialiser extends Port {
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** ONNX Runtime's own operators. */
export const contrib = 'com.microsoft';
/** ONNX Runtime's operators on its blocked layout. */
export const blockedDomain = 'com.microsoft.nchwc';

/** A slice end beyond every axis; negated, it is before the first element. */
export const maxSliceEnd = 2 ** 31 - 1;

/** Constants of up to this many elements are compared by value; larger ones are weights. */
const comparable = 1 << 14;

export class Graph {
  readonly nodes: Node[] = [];
  readonly initialisers: Initialiser[] = [];
  readonly inputs: Port[] = [];
  readonly #computed = new Map<string, Node>();
  readonly #producers = new Map<string, Node>();
  readonly #constants = new Map<string, string>();
  #count = 0;

  name(prefix: string): string {
    return `${prefix}${this.#count++}`;
  }

  /** Adds a node, or finds the existing one that computes the same, and returns the name of its first output. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, domain = '', fusedFrom?: Fusion): string {
    return this.#add(op, inputs, attributes, domain, fusedFrom).outputs[0];
  }

  /** {@link node} for operators with several outputs. */
  outputs(op: string, inputs: readonly string[], count: number, attributes: Attributes = {}): readonly string[] {
    const node = this.#add(op, inputs, attributes, '');
    while (node.outputs.length < count) this.#register(node, this.name(`${op}_`));
    return node.outputs;
  }

  /** A new node that copies `name`. */
  copy(name: string): string {
    const node: Node = { op: 'Identity', domain: '', inputs: [name], outputs: [], attributes: {} };
    this.#register(node, this.name('copy_'));
    this.nodes.push(node);
    return node.outputs[0];
  }

  producer(name: string): Node | undefined {
    return this.#producers.get(name);
  }

  constant(dtype: ElementType, dims: readonly number[], data: Initialiser['data']): string {
    // Equal constants share one name, so that equal operations on them are found as duplicates.
    const key =
      data.length <= comparable
        ? `${dtype}|${dims}|${[...data].map((x) => (Object.is(x, -0) ? '-0' : x)).join()}`
        : undefined;
    const existing = key === undefined ? undefined : this.#constants.get(key);
    if (existing) return existing;
    const name = this.name('constant_');
    this.initialisers.push({ name, dtype, dims, data });
    if (key !== undefined) this.#constants.set(key, name);
    return name;
  }

  ints(values: readonly number[]): string {
    return this.constant('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  float(value: number): string {
    return this.constant('float32', [], Float32Array.of(value));
  }

  /** A tensor full of zeros. */
  zeros(dims: readonly number[]): string {
    return this.node('Expand', [this.float(0), this.ints(dims)]);
  }

  reshape(name: string, dims: readonly number[]): string {
    const before = this.producer(name);
    const source = before?.op === 'Reshape' ? before.inputs[0] : name;
    return this.node('Reshape', [source, this.ints(dims)]);
  }

  transpose(name: string, perm: readonly number[]): string {
    return perm.every((from, to) => from === to) ? name : this.node('Transpose', [name], { perm });
  }

  slice(
    name: string,
    starts: readonly number[],
    ends: readonly number[],
    axes: readonly number[],
    steps?: readonly number[],
  ): string {
    const parts = [starts, ends, axes, ...(steps ? [steps] : [])];
    return this.node('Slice', [name, ...parts.map((part) => this.ints(part))]);
  }

  /** Zero padding of every axis. */
  pad(name: string, before: readonly number[], after: readonly number[]): string {
    if ([...before, ...after].every((extent) => extent === 0)) return name;
    return this.node('Pad', [name, this.ints([...before, ...after])]);
  }

  concat(names: readonly string[], axis: number): string {
    return names.length === 1 ? names[0] : this.node('Concat', names, { axis });
  }

  /** Sums over axes and removes them. */
  sum(name: string, axes: readonly number[]): string {
    return this.node('ReduceSum', [name, this.ints(axes)], { keepdims: 0 });
  }

  /** Sums the rows of a matrix to `[1, columns]`, as a product: the runtime's own sum over a first axis is slower with threads. */
  sumRows(name: string, rows: number, columns: number): string {
    const ones = this.constant('float32', [1, rows], new Float32Array(rows).fill(1));
    return this.node('MatMul', [ones, this.reshape(name, [rows, columns])]);
  }

  #add(op: string, inputs: readonly string[], attributes: Attributes, domain: string, fusedFrom?: Fusion): Node {
    const key = JSON.stringify([op, domain, inputs, attributes]);
    const existing = this.#computed.get(key);
    if (existing) return existing;
    const node: Node = { op, domain, inputs, outputs: [], attributes, fusedFrom };
    this.#register(node, this.name(`${op}_`));
    this.nodes.push(node);
    this.#computed.set(key, node);
    return node;
  }

  #register(node: Node, output: string): void {
    node.outputs.push(output);
    this.#producers.set(output, node);
  }
}

/** The nodes that the outputs need, in order, and the constants and inputs that these read. */
export interface LiveGraph {
  readonly nodes: readonly Node[];
  readonly initialisers: readonly Initialiser[];
  readonly inputs: readonly Port[];
}

export function liveGraph(graph: Graph, outputs: readonly string[]): LiveGraph {
  let nodes = reachable(graph.nodes, outputs);
  while (undoFusions(nodes)) nodes = reachable(graph.nodes, outputs);
  const needed = new Set([...outputs, ...nodes.flatMap((node) => node.inputs)]);
  return {
    nodes,
    initialisers: graph.initialisers.filter(({ name }) => needed.has(name)),
    inputs: graph.inputs.filter(({ name }) => needed.has(name)),
  };
}

function reachable(nodes: readonly Node[], outputs: readonly string[]): Node[] {
  const needed = new Set(outputs);
  const live: Node[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    if (!node.outputs.some((output) => needed.has(output))) continue;
    live.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  return live.reverse();
}

/** Replaces fused convolutions by the plain operation on the plain convolution where that one is computed as well. */
function undoFusions(nodes: readonly Node[]): boolean {
  const live = new Set(nodes);
  let changed = false;
  for (const node of nodes) {
    const fusion = node.fusedFrom;
    if (!fusion?.op || node.op === fusion.op || !live.has(fusion.node)) continue;
    node.op = fusion.op;
    node.domain = '';
    node.inputs = [fusion.node.outputs[0], ...fusion.operands];
    node.attributes = fusion.attributes;
    changed = true;
  }
  return changed;
}
