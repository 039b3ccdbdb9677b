/** The bytes of a checkpoint: written exactly, read with suspicion. */
import { createHash } from 'node:crypto';
import type { TensorRecord } from '../engine/types.js';
import { IrisflowError, messageOf } from '../errors.js';
import { currentConfig } from '../models/options/former-names.js';
import type { Checkpoint, RecipeConfig } from '../models/types.js';

/*
 * File, all numbers little-endian:
 *   8 bytes   magic "IRISFLOW"
 *   uint32    format version
 *   uint32    length of the header
 *   header    UTF-8 JSON, see Header
 *   payload   tensors as float32, then blobs, in the header's order, without gaps
 *   32 bytes  SHA-256 of everything before
 */
const MAGIC = 'IRISFLOW';
const VERSION = 1;
const PREFIX = 16;
const DIGEST = 32;
const MAX_HEADER = 16 * 2 ** 20;
const MAX_ENTRIES = 10_000;
const MAX_DEPTH = 16;
const NAME = /^[\w./:-]{1,200}$/;

interface Header {
  readonly config: RecipeConfig;
  readonly step: number;
  readonly version: number;
  readonly phase: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly blobs: readonly { readonly name: string; readonly length: number }[];
}

/** Bytes of `checkpoint.irf`. Throws `CHECKPOINT` where a name or a tensor is not one that could be read back. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { state, blobs, ...rest } = checkpoint;
  const tensors = Object.entries(state).map(([name, { shape }]) => ({ name, shape }));
  const header = { ...rest, tensors, blobs: Object.entries(blobs).map(([name, { length }]) => ({ name, length })) };
  const json = Buffer.from(JSON.stringify(header));
  const sizes = [
    ...Object.values(state).map(({ data }) => data.length * 4),
    ...Object.values(blobs).map((b) => b.length),
  ];
  const bytes = Buffer.alloc(PREFIX + json.length + sizes.reduce((a, b) => a + b, 0) + DIGEST);
  bytes.write(MAGIC, 'latin1');
  bytes.writeUInt32LE(VERSION, 8);
  bytes.writeUInt32LE(json.length, 12);
  bytes.set(json, PREFIX);
  checkHeader(json);
  let offset = PREFIX + json.length;
  for (const [name, { shape, data }] of Object.entries(state)) {
    if (elementsOf(shape) !== data.length)
      throw damaged(`tensor ${name} has ${data.length} values for shape [${shape}]`);
    writeFloats(bytes, offset, data);
    offset += data.length * 4;
  }
  for (const blob of Object.values(blobs)) {
    bytes.set(blob, offset);
    offset += blob.length;
  }
  bytes.set(digest(bytes.subarray(0, offset)), offset);
  return bytes;
}

/**
 * Reads a checkpoint. Bytes may come from anywhere: whatever they hold, the result is a checkpoint or an error with code
 * `CHECKPOINT`, and no more memory is taken than a small multiple of the bytes' own.
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < PREFIX + DIGEST || buffer.toString('latin1', 0, 8) !== MAGIC) {
    throw damaged('these bytes are not an irisflow checkpoint');
  }
  const version = buffer.readUInt32LE(8);
  if (version !== VERSION) throw damaged(`format version ${version} is not ${VERSION}, the one this irisflow reads`);
  const end = buffer.length - DIGEST;
  if (!digest(buffer.subarray(0, end)).equals(buffer.subarray(end))) {
    throw damaged('its checksum does not match: the file is damaged or was cut off');
  }
  const headerLength = buffer.readUInt32LE(12);
  if (headerLength > MAX_HEADER || PREFIX + headerLength > end) throw damaged('its header is longer than the file');
  const { tensors, blobs, ...rest } = checkHeader(buffer.subarray(PREFIX, PREFIX + headerLength));
  let offset = PREFIX + headerLength;
  const take = (length: number): Buffer => {
    if (length > end - offset) throw damaged('its tensors are longer than the file');
    offset += length;
    return buffer.subarray(offset - length, offset);
  };
  const state: TensorRecord = {};
  for (const { name, shape } of tensors) state[name] = { shape, data: readFloats(take(elementsOf(shape) * 4)) };
  const contents: Record<string, Uint8Array> = {};
  for (const { name, length } of blobs) contents[name] = new Uint8Array(take(length));
  if (offset !== end) throw damaged(`${end - offset} bytes are left over`);
  return { ...rest, state, blobs: contents };
}

/** The SHA-256 that a checkpoint's bytes end with, as hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(bytes.length - DIGEST)).toString('hex');
}

/** The header, after every field has been checked. Other fields than the known ones are dropped. */
function checkHeader(json: Buffer): Header {
  const { config, step, version, phase, meta, tensors, blobs } = parsed(json);
  if (!isRecord(config) || typeof config.recipe !== 'string' || typeof config.preset !== 'string') {
    throw damaged('its config names no recipe and preset');
  }
  if (![config.width, config.height].every(isCount) || !Number.isSafeInteger(config.seed)) {
    throw damaged('its config has no width, height and seed');
  }
  if (!isCount(step) || !isCount(version) || typeof phase !== 'string')
    throw damaged('it has no step, version and phase');
  if (!isRecord(meta) || !Array.isArray(tensors) || !Array.isArray(blobs)) throw damaged('its lists are missing');
  if (tensors.length + blobs.length > MAX_ENTRIES) throw damaged('it has more entries than any model');
  const names = new Set<string>();
  for (const entry of [...tensors, ...blobs]) {
    if (!isRecord(entry) || typeof entry.name !== 'string' || !NAME.test(entry.name) || entry.name === '__proto__') {
      throw damaged('one of its entries has no name or one with odd characters');
    }
    names.add(entry.name);
  }
  if (names.size < tensors.length + blobs.length) throw damaged('two of its entries have the same name');
  for (const { name, shape } of tensors) {
    if (!Array.isArray(shape) || shape.length > 8 || !shape.every(isCount) || !isCount(elementsOf(shape))) {
      throw damaged(`tensor ${name} has no proper shape`);
    }
  }
  for (const { name, length } of blobs) if (!isCount(length)) throw damaged(`blob ${name} has no length`);
  return {
    config: currentConfig(config as RecipeConfig),
    step,
    version,
    phase,
    meta,
    tensors: tensors.map(({ name, shape }) => ({ name, shape })),
    blobs: blobs.map(({ name, length }) => ({ name, length })),
  };
}

function parsed(json: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw damaged(`its header is not JSON (${messageOf(cause).slice(0, 80)})`, cause);
  }
  if (!isRecord(value)) throw damaged('its header is not an object');
  // Whoever writes it out again does so recursively: nothing deep may come through.
  for (let level: unknown[] = [value], depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw damaged('its header is nested too deeply');
    level = level.filter((v) => typeof v === 'object' && v !== null).flatMap((v) => Object.values(v as object));
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function writeFloats(target: Buffer, offset: number, data: Float32Array): void {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  target.set(bytes, offset);
  if (!LITTLE_ENDIAN) target.subarray(offset, offset + bytes.length).swap32();
}

function readFloats(bytes: Buffer): Float32Array {
  // A copy, because floats need an offset that is a multiple of four, and so that the file's bytes can be let go.
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  if (!LITTLE_ENDIAN) copy.swap32();
  return new Float32Array(copy.buffer, copy.byteOffset, copy.length / 4);
}

function damaged(what: string, cause?: unknown): IrisflowError {
  return new IrisflowError('CHECKPOINT', `cannot use this checkpoint: ${what}`, cause === undefined ? {} : { cause });
}
