/** Traces a program into an ONNX model. */
import { Tensor, tidy } from '@tensorflow/tfjs-core';
import { IrisflowError, messageOf } from '../../errors.js';
import { onBackend } from '../backend.js';
import { missingGradient } from '../missing.js';
import type { Program, TensorRecord, TensorSpec, Tensors, TensorType } from '../types.js';
import { checkEntry } from '../values.js';
import { symbolOf, tensorOf, traceBackendName, tracing } from './backend.js';
import { encodeModel } from './encode.js';
import { type Graph, liveGraph, type Port } from './graph.js';
import { blocked, type Layout, logical, nchw, physicalShape } from './layout.js';
import { type Target, Tracer } from './tracer.js';
import { constant, type Parameter, Value } from './value.js';

/** Shape and layout of a state entry. */
export interface EntrySpec {
  readonly shape: readonly number[];
  /** The layout in memory; undefined as long as no program has used the entry. */
  readonly layout?: Layout;
}

export interface TraceOptions {
  /** Name of the program in messages. */
  readonly label: string;
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly state: ReadonlyMap<string, EntrySpec>;
  /** Values of the state that become constants. */
  readonly frozen?: TensorRecord;
  readonly target: Target;
}

/** A tensor of the program and its port in the graph. */
export interface Binding {
  readonly name: string;
  readonly port: Port;
}

export interface TracedProgram {
  readonly model: Uint8Array;
  readonly inputs: readonly Binding[];
  readonly outputs: readonly Binding[];
  /** State entries that the graph reads. */
  readonly reads: readonly Binding[];
  /** State entries that the graph replaces. */
  readonly writes: readonly Binding[];
  /** Layouts that the trace chose for entries without one. */
  readonly layouts: ReadonlyMap<string, Layout>;
}

export function traceProgram(program: Program, options: TraceOptions): TracedProgram {
  const first = traceOnce(program, options, { layouts: new Map(), constantsInBlocks: true });
  return first.retraceWith ? traceOnce(program, options, first.retraceWith).traced : first.traced;
}

/** Facts that one trace of a program finds for the next. */
interface Findings {
  /** Layouts of state entries, such as optimiser moments, that are used before their best layout is known. */
  readonly layouts: ReadonlyMap<string, Layout>;
  readonly constantsInBlocks: boolean;
}

interface Pass {
  readonly traced: TracedProgram;
  /** The findings for a second trace; undefined where it would give the same graph. */
  readonly retraceWith?: Findings;
}

function traceOnce(program: Program, options: TraceOptions, findings: Findings): Pass {
  const tracer = new Tracer(options.target, findings.constantsInBlocks);
  const holder: { pass?: Pass } = {};
  onBackend(traceBackendName, () =>
    tracing(tracer, () =>
      tidy(() => {
        holder.pass = record(tracer, program, options, findings);
      }),
    ),
  );
  if (!holder.pass) throw new Error('nothing was traced');
  return holder.pass;
}

interface Entry {
  readonly name: string;
  readonly value: Value;
  readonly parameter: Parameter;
  readonly spec: EntrySpec;
}

function record(tracer: Tracer, program: Program, options: TraceOptions, findings: Findings): Pass {
  const { label, frozen, state } = options;
  const inputTensors: Tensors = {};
  for (const [name, { shape, dtype = 'float32' }] of Object.entries(options.inputs)) {
    inputTensors[name] = tensorOf(inputValue(tracer, name, shape, dtype));
  }
  const entries = new Map<string, Entry>();
  const resident: Tensors = {};
  for (const [name, spec] of state) {
    const data = frozen?.[name]?.data;
    const parameter: Parameter = { name: `state:${name}`, requiredLayout: spec.layout ?? findings.layouts.get(name) };
    const value = data ? constant(spec.shape, 'float32', data) : new Value(spec.shape, 'float32', { parameter });
    if (!data) entries.set(name, { name, value, parameter, spec });
    resident[name] = tensorOf(value);
  }
  const result = call(program, inputTensors, resident, label);
  const outputs = Object.entries(result.outputs).map(([name, tensor]): Binding => {
    const value = tracedValue(tensor, `Output "${name}" of ${label}`);
    return { name, port: { name: tracer.fetch(value), dtype: value.dtype, dims: value.shape } };
  });
  const preferredLayouts = new Map<string, Layout>();
  const writes = stateWrites(tracer, result.state ?? {}, entries, options, preferredLayouts);
  const finished = finish(tracer.graph, outputs, writes);
  const layouts = new Map<string, Layout>();
  for (const { name, parameter, spec } of entries.values()) {
    if (!spec.layout && parameter.layout) layouts.set(name, parameter.layout);
  }
  const bind = (prefix: string) =>
    finished.inputs
      .filter((port) => port.name.startsWith(prefix))
      .map((port): Binding => ({ name: port.name.slice(prefix.length), port }));
  const traced = { ...finished, inputs: bind('input:'), reads: bind('state:'), layouts };
  const constantsInBlocks = !(tracer.constantsBlocked && tracer.runtimeBlocksMore);
  return preferredLayouts.size > 0 || !constantsInBlocks
    ? { traced, retraceWith: { layouts: preferredLayouts, constantsInBlocks } }
    : { traced };
}

function inputValue(tracer: Tracer, name: string, shape: readonly number[], dtype: TensorType): Value {
  const value = new Value(shape, dtype, { parameter: { name: `input:${name}`, requiredLayout: logical } });
  if (value.rank < 4 || value.vectorLike) return value;
  // Images become planar once: with channels last, most operations would process them in rows of three numbers.
  tracer.fetch(value, nchw);
  value.preferred = nchw;
  return value;
}

function call(program: Program, inputs: Tensors, state: Tensors, label: string): ReturnType<Program> {
  try {
    return program(inputs, state);
  } catch (cause) {
    const missing = /Kernel '(\w+)' not registered/.exec(messageOf(cause));
    const where = userFrame(cause);
    if (missing) {
      throw new IrisflowError(
        'UNSUPPORTED_OP',
        `${label} uses the tf.js kernel ${missing[1]}${where}, which the onnx engine cannot lower. Write it with other ops, or use the tensorflow engine.`,
        { cause },
      );
    }
    if (cause instanceof IrisflowError) {
      throw new IrisflowError(cause.code, `${label}${where}: ${cause.message}`, { cause });
    }
    const gradientError = missingGradient(`${label}${where}`, cause);
    if (gradientError) throw gradientError;
    throw new IrisflowError('ENGINE', `${label} failed while being traced${where}: ${messageOf(cause)}`, { cause });
  }
}

const ownFolder = new URL('..', import.meta.url).pathname;

/** The first stack frame of `error` in the user's own code. */
function userFrame(error: unknown): string {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  const own = frames.find((line) => !/node_modules|tfjs-core|node:/.test(line) && !line.includes(ownFolder));
  return own ? ` (${own.trim()})` : '';
}

function tracedValue(tensor: Tensor | undefined, label: string): Value {
  if (!(tensor instanceof Tensor)) throw new IrisflowError('USAGE', `${label} is not a tensor.`);
  return symbolOf(tensor);
}

/** The new values of state entries, each in its entry's layout. A better layout for an entry without one is added to `preferredLayouts`. */
function stateWrites(
  tracer: Tracer,
  state: Tensors,
  entries: ReadonlyMap<string, Entry>,
  { label, frozen }: TraceOptions,
  preferredLayouts: Map<string, Layout>,
): Binding[] {
  const names = Object.keys(state);
  if (frozen && names.length > 0) {
    throw new IrisflowError(
      'USAGE',
      `${label} replaces state (${names[0]}, …) and cannot be frozen: compile it without freeze.`,
    );
  }
  const writes: Binding[] = [];
  for (const [name, tensor] of Object.entries(state)) {
    const value = tracedValue(tensor, `New state "${name}" of ${label}`);
    const entry = entries.get(name);
    checkEntry(name, value.shape, entry?.spec.shape);
    if (value.dtype !== 'float32')
      throw new IrisflowError('MODEL', `New state "${name}" is ${value.dtype}, not float32.`);
    if (!entry || value === entry.value) continue;
    const { parameter, spec } = entry;
    const preference = value.preferred === blocked ? nchw : value.preferred;
    parameter.layout ??= parameter.requiredLayout ?? preference ?? logical;
    const undecided = value.rank === 4 && !spec.layout && !parameter.requiredLayout && parameter.layout === logical;
    if (undecided && preference && preference !== logical) preferredLayouts.set(name, preference);
    const dims = physicalShape(value.shape, parameter.layout);
    writes.push({ name, port: { name: tracer.fetch(value, parameter.layout), dtype: 'float32', dims } });
  }
  return writes;
}

type Finished = Pick<TracedProgram, 'model' | 'outputs' | 'writes'> & { readonly inputs: readonly Port[] };

/** Encodes the graph. Its outputs must be results of different nodes, so names that are used twice are copied. */
function finish(graph: Graph, outputs: readonly Binding[], writes: readonly Binding[]): Finished {
  const taken = new Set([...graph.inputs, ...graph.initialisers].map(({ name }) => name));
  const distinct = ({ name, port }: Binding): Binding => {
    const own = taken.has(port.name) ? graph.copy(port.name) : port.name;
    taken.add(own);
    return { name, port: { ...port, name: own } };
  };
  const results = outputs.map(distinct);
  const next = writes.map(distinct);
  const ports = [...results, ...next].map(({ port }) => port);
  const live = liveGraph(
    graph,
    ports.map(({ name }) => name),
  );
  return { model: encodeModel(live, ports), inputs: live.inputs, outputs: results, writes: next };
}
