/** What a run has to go back to. */
import { stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { IrisflowError, messageOf } from '../errors.js';
import { scoreOf } from './best-version.js';
import { CHECKPOINT_FILE, type CheckpointFile, readCheckpoint } from './checkpoint-file.js';
import { bestFile, stepsIn, versionFile, versionsFolder } from './versions.js';

/** A checkpoint file of a run. */
export interface CheckpointVersion {
  /** Relative to the run folder. */
  readonly file: string;
  /** Steps that it was trained for; what its name says where it is damaged, `null` where that says nothing. */
  readonly step: number | null;
  /** When it was saved, ISO 8601. */
  readonly saved: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Whether it is what training goes on from: `checkpoint.irf`, or a copy of it. */
  readonly current: boolean;
  /** Whether it is the best by evaluation: `checkpoints/best.irf`, or the version that this is a copy of. */
  readonly best: boolean;
  /** What evaluation gave it; lower is better. */
  readonly score: number | null;
  /** Whether it is of a later step than the current one, as after a roll-back. When training goes on it moves to `checkpoints/left`. */
  readonly later: boolean;
  /** Why it cannot be used; `null` where it is whole. */
  readonly damage: string | null;
}

/**
 * The checkpoint files of a run by step: the current one, the versions kept, the best by evaluation. Each is read whole and its
 * checksum compared. Rejects with `INPUT` where there is no such folder.
 *
 * @example
 * ```ts
 * import { listCheckpoints } from 'irisflow';
 *
 * for (const { step, file, best, damage } of await listCheckpoints('runs/mine')) console.log(step, file, best, damage);
 * ```
 */
export async function listCheckpoints(run: string): Promise<CheckpointVersion[]> {
  await checkRun(run);
  const files = [
    ...(await stepsIn(versionsFolder(run))).map((step) => ({ path: versionFile(run, step), step })),
    { path: bestFile(run), step: null },
    { path: join(run, CHECKPOINT_FILE), step: null },
  ];
  const found: Found[] = [];
  for (const { path, step } of files) found.push(...(await find(path, step)));
  const [current, best] = [join(run, CHECKPOINT_FILE), bestFile(run)].map((path) => found.find((f) => f.path === path));
  const isOf = (one: Found, other: Found | undefined) =>
    other !== undefined && (one === other || (one.digest !== undefined && one.digest === other.digest));
  const versions: CheckpointVersion[] = [];
  for (const one of found) {
    versions.push({
      file: relative(run, one.path).replaceAll('\\', '/'),
      step: one.step,
      saved: one.saved,
      bytes: one.bytes,
      current: isOf(one, current),
      best: isOf(one, best),
      score: one.digest === undefined ? null : ((await scoreOf(run, one.digest)) ?? null),
      later: one.path !== best?.path && (one.step ?? 0) > (current?.step ?? Number.POSITIVE_INFINITY),
      damage: one.damage,
    });
  }
  return versions.sort((a, b) => (a.step ?? Number.POSITIVE_INFINITY) - (b.step ?? Number.POSITIVE_INFINITY));
}

/** Throws `INPUT` where there is no such folder. */
export async function checkRun(run: string): Promise<void> {
  const folder = await stat(run).catch(() => undefined);
  if (!folder?.isDirectory()) throw new IrisflowError('INPUT', `there is no run folder ${run}`);
}

interface Found {
  readonly path: string;
  readonly step: number | null;
  readonly saved: string;
  readonly bytes: number;
  readonly digest?: string;
  readonly damage: string | null;
}

/** The file, or nothing where there is none, or none any more: training may let go of it meanwhile. */
async function find(path: string, step: number | null): Promise<Found[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return [];
  const common = { path, saved: found.mtime.toISOString(), bytes: found.size };
  let file: CheckpointFile | undefined;
  try {
    file = await readCheckpoint(path);
  } catch (error) {
    return [{ ...common, step, damage: messageOf(error) }];
  }
  if (file === undefined) return [];
  const { digest, checkpoint } = file;
  if (step !== null && step !== checkpoint.step) {
    return [{ ...common, step, damage: `it is of step ${checkpoint.step}, not of the step in its name` }];
  }
  return [{ ...common, step: checkpoint.step, digest, damage: null }];
}
