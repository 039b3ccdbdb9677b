/** A checkpoint as small as can be, for tests of files. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checkpoint } from '../../src/models/types.js';

export function checkpointAt(step: number, floats = 3): Checkpoint {
  return {
    config: { recipe: 'simgan', preset: 'live', width: 64, height: 64, seed: 1 },
    step,
    version: step,
    phase: 'adversarial',
    state: { weights: { shape: [floats], data: new Float32Array(floats).fill(step) } },
    blobs: { history: Uint8Array.of(4, 5) },
    meta: {},
  };
}

export function temporaryFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `irisflow-${name}-`));
}
