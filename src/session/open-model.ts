/** Opens a model for a chain of operators of your own. */
import type { EngineName, EngineOptions } from '../engine/types.js';
import { loadRecipe } from '../models/registry.js';
import { RunFolder } from '../runs/run-folder.js';
import type { TrainerOptions } from '../workers/trainer.js';
import { Model } from './model.js';
import { continued } from './run-setup.js';

/** Options of {@link openModel}. */
export interface OpenModelOptions
  extends EngineOptions,
    Pick<TrainerOptions, 'checkpointEvery' | 'keep' | 'keepEvery' | 'niceness'> {
  /** Default: the run's own, or the recipe's first in a new run. */
  readonly preset?: string;
  /** Side of the crops in pixels, or width and height. Default: the run's own, or the recipe's in a new run, mostly 64. */
  readonly size?: number | { readonly width: number; readonly height: number };
  /** Seeds weights, batches, augmentation and history. Default: the run's own, or 1 in a new run. */
  readonly seed?: number;
  /** Options of the recipe by name, for example `{ lambda: 1 }`. In a run that exists they change from now on. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Run folder: checkpoint, versions and metrics are kept there, and a run that exists is continued. Default: nothing is kept. */
  readonly run?: string;
  /** Default `auto`. */
  readonly engine?: EngineName | 'auto';
  /** Called with what went wrong without ending anything. Default: a warning of the process (type `IrisflowWarning`). */
  readonly onNotice?: (message: string) => void;
}

/**
 * Opens a model that refines in a worker thread and learns in a process of its own. Give it to `detectFaces`, `refine` and `train`, and
 * close it when the chain has ended: `close` saves.
 *
 * @param recipe the name of a recipe (`irisflow recipes` lists them), or the path of a module whose default export is one
 * @throws IrisflowError `USAGE` for a wrong option, `CHECKPOINT` where the run was made with another recipe, preset, size or seed,
 * `INPUT` where another process has the run open, `ENGINE` where no engine works
 *
 * @example
 * ```ts
 * import { cropEyes, detectFaces, fromVideo, openModel, pasteBack, refine, toVideo } from 'irisflow';
 *
 * const model = await openModel('simgan', { run: 'runs/mine' });
 * fromVideo('avatar.mp4', { pace: 'fast' })
 *   .pipe(
 *     detectFaces(model, { overflow: 'block' }),
 *     cropEyes(model.size),
 *     refine(model, { overflow: 'block' }),
 *     pasteBack(),
 *     toVideo('refined.mp4', { fps: 30 }),
 *   )
 *   .subscribe({ complete: () => void model.close() });
 * ```
 */
export async function openModel(recipe = 'simgan', options: OpenModelOptions = {}): Promise<Model> {
  const { preset, size: side, seed, set, run, onNotice, threads = 1, ...rest } = options;
  const size = typeof side === 'number' ? { width: side, height: side } : side;
  const loaded = await loadRecipe(recipe);
  const known = run === undefined ? undefined : RunFolder.readConfig(run);
  const config =
    known && run !== undefined
      ? await continued(run, known.config, { recipe, preset, size, seed, set })
      : loaded.configure(preset ?? (loaded.presets[0] as string), {
          ...set,
          ...size,
          ...(seed !== undefined && { seed }),
        });
  const folder = run === undefined ? undefined : RunFolder.open(run);
  const notify = onNotice ?? ((message: string) => process.emitWarning(message, 'IrisflowWarning'));
  const model = await Model.open({ recipe: loaded, config, folder, threads, notify, ...rest });
  folder?.writeConfig({ ...known, config });
  return model;
}
