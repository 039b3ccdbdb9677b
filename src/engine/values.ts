/** Shape helpers, and checks of the state records and program inputs that callers pass to an engine. */
import { IrisflowError } from '../errors.js';
import type { TensorRecord, TensorSpec, TensorType, TensorValues } from './types.js';

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** A new typed array for `length` values of a tensor type. */
export function allocate(dtype: TensorType, length: number): TensorValues {
  if (dtype === 'int32') return new Int32Array(length);
  return dtype === 'bool' ? new Uint8Array(length) : new Float32Array(length);
}

/** Throws `MODEL` where an entry's data does not fill its shape. */
export function checkRecord(values: TensorRecord): void {
  for (const [name, { shape, data }] of Object.entries(values)) {
    if (!(data instanceof Float32Array)) {
      throw new IrisflowError('MODEL', `Tensor "${name}" holds ${describe(data)}; give a Float32Array.`);
    }
    if (shape.some((extent) => !Number.isInteger(extent) || extent < 0) || sizeOf(shape) !== data.length) {
      throw new IrisflowError('MODEL', `Tensor "${name}" has ${data.length} values for shape [${shape}].`);
    }
  }
}

/** Throws `MODEL` where `values` has an entry that `expected` lacks or that has a different shape there. */
export function checkReplacement(
  values: TensorRecord,
  expected: (name: string) => readonly number[] | undefined,
): void {
  checkRecord(values);
  for (const [name, { shape }] of Object.entries(values)) checkEntry(name, shape, expected(name));
}

/** Throws `MODEL` where an entry is unknown (`expected` undefined) or has a different shape. */
export function checkEntry(name: string, shape: readonly number[], expected: readonly number[] | undefined): void {
  if (!expected) throw new IrisflowError('MODEL', `The state has no tensor "${name}".`);
  if (!sameShape(shape, expected)) {
    throw new IrisflowError('MODEL', `Tensor "${name}" has shape [${shape}], the state holds [${expected}].`);
  }
}

/** Throws `USAGE` where a program's inputs are missing, unknown, or of the wrong length or array type. */
export function checkInputs(
  program: string,
  specs: Readonly<Record<string, TensorSpec>>,
  inputs: Readonly<Record<string, TensorValues>>,
): void {
  for (const name of Object.keys(inputs)) {
    if (!Object.hasOwn(specs, name)) {
      throw new IrisflowError('USAGE', `${program} has no input "${name}"; it has ${listed(Object.keys(specs))}.`);
    }
  }
  for (const [name, { shape, dtype = 'float32' }] of Object.entries(specs)) {
    const values = inputs[name];
    const length = sizeOf(shape);
    const expectedType = arrayName(dtype);
    if (describe(values) !== expectedType || values?.length !== length) {
      const given = values === undefined ? 'nothing' : `${describe(values)} of ${values.length}`;
      throw new IrisflowError(
        'USAGE',
        `Input "${name}" of ${program}: ${expectedType} of ${length} values (shape [${shape}]) needed, got ${given}.`,
      );
    }
  }
}

function arrayName(dtype: TensorType): string {
  if (dtype === 'int32') return 'Int32Array';
  return dtype === 'bool' ? 'Uint8Array' : 'Float32Array';
}

function describe(value: unknown): string {
  // A Node Buffer counts as a Uint8Array.
  if (value instanceof Uint8Array) return 'Uint8Array';
  return value instanceof Object ? value.constructor.name : String(value);
}

function listed(names: readonly string[]): string {
  return names.length > 0 ? names.join(', ') : 'none';
}
