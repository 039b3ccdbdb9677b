/** Checks engine options and fills in their defaults. */
import { availableParallelism } from 'node:os';
import { IrisflowError } from '../errors.js';
import type { EngineOptions } from './types.js';

export type ResolvedOptions = Required<EngineOptions>;

export function resolveOptions({ threads, executionProviders }: EngineOptions): ResolvedOptions {
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new IrisflowError('USAGE', `Option threads is ${threads}: give a whole number from 1.`);
  }
  const providers = executionProviders ?? ['cpu'];
  if (providers.length === 0 || !providers.every((name) => typeof name === 'string' && name !== '')) {
    throw new IrisflowError(
      'USAGE',
      `Option executionProviders is ${JSON.stringify(providers)}: give at least one name, such as "cpu" or "webgpu".`,
    );
  }
  return { threads: threads ?? availableParallelism(), executionProviders: providers };
}
