/** The symbolic tf.js backend: its kernels append graph nodes instead of computing, so that tf.js can trace gradients as well. */
import {
  type BackendValues,
  type DataId,
  DataStorage,
  type DataType,
  engine,
  getKernelsForBackend,
  KernelBackend,
  type NamedAttrMap,
  registerBackend,
  registerKernel,
  type Tensor,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { IrisflowError, messageOf } from '../../errors.js';
import { cpuBackendName } from '../cpu.js';
import type { TensorValues } from '../types.js';
import { broadcastShape } from './elementwise.js';
import { fold, foldUniform } from './fold.js';
import type { Lowering } from './lowering.js';
import { lowerings } from './lowerings/index.js';
import type { Tracer } from './tracer.js';
import { constant, Value } from './value.js';

export const traceBackendName = 'trace';

interface Entry {
  value: Value;
  /** The trace in which `value` has names; constants are used by later traces too. */
  tracer: Tracer | undefined;
  references: number;
}

class TraceBackend extends KernelBackend {
  readonly #entries: DataStorage<Entry>;
  /** Set while a program is traced. */
  tracer: Tracer | undefined;

  constructor() {
    super();
    this.#entries = new DataStorage<Entry>(this, engine());
  }

  /** The traced value of a tensor. */
  symbol(dataId: DataId): Value {
    const entry = this.#entries.get(dataId);
    if (entry.tracer !== this.tracer && entry.value.constant) {
      entry.value = new Value(entry.value.shape, entry.value.dtype, entry.value.origin);
      entry.tracer = this.tracer;
    }
    return entry.value;
  }

  /** A new tensor for `value`. */
  hold(value: Value): TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { value, tracer: this.tracer, references: 1 });
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    refuseRandomNumbers();
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: DataId, values: BackendValues, shape: number[], dtype: DataType, references: number): void {
    this.#entries.set(dataId, { value: constantOf(values, shape, dtype), tracer: this.tracer, references });
  }

  override readSync(dataId: DataId): BackendValues {
    const value = this.symbol(dataId);
    if (value.constant) return value.values();
    throw new IrisflowError(
      'USAGE',
      'A program must not read values (dataSync, data, array, print): they are known only when it runs. Return what you need as an output.',
    );
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.#entries.has(dataId)) return true;
    const entry = this.#entries.get(dataId);
    entry.references--;
    if (!force && entry.references > 0) return false;
    return this.#entries.delete(dataId);
  }

  override incRef(dataId: DataId): void {
    this.#entries.get(dataId).references++;
  }

  override refCount(dataId: DataId): number {
    return this.#entries.has(dataId) ? this.#entries.get(dataId).references : 0;
  }

  override numDataIds(): number {
    return this.#entries.numDataIds();
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override dispose(): void {
    this.tracer = undefined;
  }
}

function constantOf(values: BackendValues, shape: readonly number[], dtype: DataType): Value {
  if (dtype === 'string' || dtype === 'complex64') {
    throw new IrisflowError('UNSUPPORTED_OP', `Programs have no ${dtype} tensors on the onnx engine.`);
  }
  const data = (values ?? new Float32Array(util.sizeFromShape([...shape]))) as TensorValues;
  return constant(shape, dtype, data);
}

const randomOps = /^(random\w*|truncatedNormal|multinomial|dropout|rand)__op$/;

/** Refuses random ops: tf.js draws random numbers in JavaScript, so a traced program would repeat those of the trace. */
function refuseRandomNumbers(): void {
  const random = engine().state.scopeStack.find(({ name }) => randomOps.test(name));
  if (!random) return;
  throw new IrisflowError(
    'USAGE',
    `A program must not draw random numbers (tf.${random.name.replace('__op', '')}): they would be the same in every run. Make the noise an input.`,
  );
}

const backend = new TraceBackend();

function run(
  name: string,
  lowering: Lowering,
  inputs: Record<string, unknown>,
  attrs: NamedAttrMap,
): TensorInfo | TensorInfo[] {
  const { tracer } = backend;
  if (!tracer) throw new IrisflowError('ENGINE', `tf.js runs ${name} on the backend of a trace that is over.`);
  const symbol = (tensor: TensorInfo) => backend.symbol(tensor.dataId);
  const list = Object.values(inputs).flat().filter(isTensor).map(symbol);
  const single = Object.entries(inputs).filter((input): input is [string, TensorInfo] => isTensor(input[1]));
  const operands = Object.fromEntries(single.map(([key, tensor]) => [key, symbol(tensor)]));
  const result = folded(name, lowering, operands, list, attrs) ?? lowering.lower(tracer, operands, attrs, list);
  return Array.isArray(result) ? result.map((value) => backend.hold(value)) : backend.hold(result);
}

function folded(
  name: string,
  lowering: Lowering,
  operands: Record<string, Value>,
  list: readonly Value[],
  attrs: NamedAttrMap,
): Value | Value[] | undefined {
  if (lowering.keepsConstants || !list.every((value) => value.constant)) return undefined;
  const allUniform =
    lowering.elementwise &&
    list.length > 0 &&
    list.every((value) => value.origin.fill !== undefined || value.size === 1);
  if (allUniform) return foldUniform(name, operands, attrs, broadcastShape(list));
  return fold(name, Object.keys(operands).some((key) => key === '0') ? list : operands, attrs);
}

function isTensor(value: unknown): value is TensorInfo {
  return typeof value === 'object' && value !== null && 'dataId' in value;
}

/** The lowering of kernels that have none: they work on constants, which are folded before. */
const constantsOnly: Lowering = {
  lower: () => {
    throw new Error(`no lowering to ONNX. Write it with other ops, or use the tensorflow engine`);
  },
};

/** The active tf.js ops and named scopes, outermost first. */
function scopes(): string {
  const names = engine().state.scopeStack.map(({ name }) => name.replace('__op', ''));
  return names.filter((name) => name !== 'unnamed scope').join(' > ');
}

function register(name: string, lowering: Lowering): void {
  registerKernel({
    kernelName: name,
    backendName: traceBackendName,
    kernelFunc: ({ inputs, attrs }) => {
      try {
        return run(name, lowering, inputs, attrs ?? {});
      } catch (cause) {
        if (cause instanceof IrisflowError) throw cause;
        const place = scopes() || name;
        throw new IrisflowError('UNSUPPORTED_OP', `kernel ${name} in ${place}: ${messageOf(cause)}.`, { cause });
      }
    },
  });
}

registerBackend(traceBackendName, () => backend, 0);
for (const [name, lowering] of Object.entries(lowerings)) register(name, lowering);
for (const { kernelName } of getKernelsForBackend(cpuBackendName)) {
  if (!lowerings[kernelName]) register(kernelName, constantsOnly);
}

/** A tensor of the trace backend for `value`. Call it within a tf.js scope. */
export function tensorOf(value: Value): Tensor {
  const { dataId, shape, dtype } = backend.hold(value);
  return engine().makeTensorFromDataId(dataId, shape, dtype, backend);
}

export function symbolOf(tensor: Tensor): Value {
  return backend.symbol(tensor.dataId);
}

/** Runs `body` while kernels append to `tracer`. */
export function tracing<T>(tracer: Tracer, body: () => T): T {
  backend.tracer = tracer;
  try {
    return body();
  } finally {
    backend.tracer = undefined;
  }
}
