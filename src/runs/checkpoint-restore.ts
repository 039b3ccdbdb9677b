/** Rolls a run back to a version of its checkpoint. */
import { link, mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { IrisflowError, messageOf } from '../errors.js';
import { CHECKPOINT_FILE, type CheckpointFile, readCheckpoint } from './checkpoint-file.js';
import { type CheckpointVersion, checkRun, listCheckpoints } from './checkpoint-list.js';
import { RunFolder } from './run-folder.js';
import { bestFile, versionFile, versionsFolder } from './versions.js';
import { copyWhole, writeAdvice } from './whole-file.js';

/** What {@link restoreCheckpoint} did. */
export interface RestoredCheckpoint {
  /** The step that training goes on from. */
  readonly step: number;
  /** Where what was current is now, relative to the run folder; `null` where there was none or it is that version itself. */
  readonly kept: string | null;
}

/**
 * Makes a version the run's checkpoint again, as one step: whenever the process dies, `checkpoint.irf` is the old one or the version,
 * whole. What was current is kept first, as the version of its step, or as `checkpoints/damaged.irf` where it is damaged. Versions of
 * later steps stay until training goes on; then they move to `checkpoints/left`, and `metrics.jsonl` is cut back to the step.
 *
 * Rejects with `INPUT` where another process works in the folder or there is no such version, with `CHECKPOINT` where the version is
 * damaged or a file cannot be written; the checkpoint is as it was then.
 *
 * @param version its step, or `best` for the best by evaluation
 * @example
 * ```ts
 * import { restoreCheckpoint } from 'irisflow';
 *
 * const { step, kept } = await restoreCheckpoint('runs/mine', 500);
 * console.log(`back at step ${step}; what was current is in ${kept}`);
 * ```
 */
export async function restoreCheckpoint(run: string, version: number | 'best'): Promise<RestoredCheckpoint> {
  await checkRun(run);
  const folder = RunFolder.open(run);
  try {
    const { path, file } = await find(run, version);
    const { step } = file.checkpoint;
    const present = join(run, CHECKPOINT_FILE);
    const current = await readCheckpoint(present).catch(() => 'damaged' as const);
    if (current !== 'damaged' && current?.digest === file.digest) return { step, kept: null };
    const kept =
      current === 'damaged' ? await keepDamaged(run, present) : current ? await keepCurrent(run, current) : null;
    await copyWhole(path, present);
    return { step, kept };
  } catch (cause) {
    if (cause instanceof IrisflowError) throw cause;
    const message = `could not restore ${run}: ${messageOf(cause)}; ${writeAdvice(cause)}. The checkpoint before it is intact.`;
    throw new IrisflowError('CHECKPOINT', message, { cause });
  } finally {
    folder.close();
  }
}

/** The whole file of that version. */
async function find(run: string, version: number | 'best'): Promise<{ path: string; file: CheckpointFile }> {
  const own = version === 'best' ? bestFile(run) : versionFile(run, version);
  let damage: unknown;
  for (const path of new Set([own, join(run, CHECKPOINT_FILE), bestFile(run)])) {
    const file = await readCheckpoint(path).catch((error) => {
      if (path === own) damage = error;
    });
    if (file && (version === 'best' ? path === own : file.checkpoint.step === version)) return { path, file };
  }
  const there = describe(await listCheckpoints(run));
  if (damage) throw new IrisflowError('CHECKPOINT', `${messageOf(damage)}; ${there}`, { cause: damage });
  const what = version === 'best' ? 'version that evaluation found best' : `version of step ${version}`;
  throw new IrisflowError('INPUT', `${run} has no ${what}; ${there}`);
}

function describe(versions: readonly CheckpointVersion[]): string {
  const whole = versions.filter(({ damage }) => damage === null);
  const steps = [...new Set(whole.map(({ step, best }) => (best ? `${step} (best)` : String(step))))];
  return steps.length > 0 ? `there are the steps ${steps.join(', ')}` : 'there is no whole version at all';
}

/** Keeps the current checkpoint as the version of its step; where that is now. */
async function keepCurrent(run: string, current: CheckpointFile): Promise<string> {
  const place = versionFile(run, current.checkpoint.step);
  const there = await readCheckpoint(place).catch(() => undefined);
  if (there?.digest !== current.digest) await copyWhole(join(run, CHECKPOINT_FILE), place);
  return relative(run, place);
}

/** A second name: what cannot be read cannot be copied. */
async function keepDamaged(run: string, current: string): Promise<string | null> {
  const place = join(versionsFolder(run), 'damaged.irf');
  try {
    await mkdir(versionsFolder(run), { recursive: true });
    await rm(place, { force: true });
    await link(current, place);
    return 'checkpoints/damaged.irf';
  } catch {
    return null;
  }
}
