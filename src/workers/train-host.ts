/** Entry of the training process's process: one recipe being trained, and its checkpoint file. */
import { setPriority } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { openEngine } from '../engine/open.js';
import type { EngineName, EngineOptions, TensorRecord } from '../engine/types.js';
import { IrisflowError } from '../errors.js';
import { recipeOfRun } from '../models/registry.js';
import type { RecipeConfig, StepReport, Training, TrainingBatch } from '../models/types.js';
import { loadCheckpoint, saveCheckpoint } from '../runs/checkpoint.js';
import { SampleGrids } from '../runs/sample-grids/sample-grids.js';
import type { Keeping } from '../runs/versions.js';
import { startHeartbeat } from './heartbeat.js';
import { KeptFiles } from './kept-files.js';
import { serveMethods } from './rpc.js';

export interface TrainOpen extends EngineOptions {
  readonly engine: EngineName | 'auto';
  readonly config: RecipeConfig;
  readonly module?: string;
  /** The run folder; a checkpoint in it is continued. Absent: nothing is kept. */
  readonly folder?: string;
  /** Which versions of the checkpoint are kept. */
  readonly versions: Keeping;
  /** Added to the process's nice value, 0 to 19. */
  readonly niceness: number;
}

/** Where training stands after opening. */
export interface TrainStart {
  readonly description: string;
  readonly step: number;
  readonly version: number;
  readonly resumed: boolean;
  readonly requires: Training['requires'];
  readonly weights: TensorRecord;
}

export interface TrainAnswer {
  readonly report: StepReport;
  /** What the next step draws. */
  readonly requires: Training['requires'];
  /** Resident bytes of this process. */
  readonly memory: number;
  /** The refiner's new weights, where they were asked for. */
  readonly weights?: TensorRecord;
  /** Milestones and grids that could not be written. */
  readonly failures: readonly string[];
}

export interface SaveAnswer {
  /** The step that the checkpoint holds. */
  readonly step: number;
  /** Versions and grids that could not be kept. */
  readonly failures: readonly string[];
}

let training: Training | undefined;
let folder: string | undefined;
let kept: KeptFiles | undefined;

function running(): Training {
  if (!training) throw new IrisflowError('WORKER', 'the training process is not open');
  return training;
}

const methods = {
  async open(options: TrainOpen): Promise<TrainStart> {
    setPriority(options.niceness);
    const engine = await openEngine(options.engine, options);
    folder = options.folder;
    const checkpoint = folder ? await loadCheckpoint(folder) : undefined;
    const recipe = await recipeOfRun(options.config.recipe, options.module);
    training = await recipe.createTraining(engine, options.config, checkpoint);
    const samples = folder ? await SampleGrids.open(folder, engine, recipe, training) : undefined;
    kept = folder && samples ? new KeptFiles(folder, training, options.versions, samples) : undefined;
    return {
      description: engine.description,
      step: training.step,
      version: checkpoint?.version ?? 0,
      resumed: checkpoint !== undefined,
      requires: samples?.requires ?? training.requires,
      weights: training.generatorWeights(),
    };
  },

  async train({ batch, publish }: { batch: TrainingBatch; publish: boolean }): Promise<TrainAnswer> {
    await kept?.beforeStep(batch);
    const { heldOut, ...learnt } = batch;
    // What was drawn to be shown is not to be measured on.
    const report = await running().train(running().requires.heldOut ? batch : learnt);
    const { requires } = running();
    await kept?.afterStep();
    const weights = publish ? running().generatorWeights() : undefined;
    return { report, requires, memory: process.memoryUsage.rss(), weights, failures: kept?.failures() ?? [] };
  },

  /** Writes the checkpoint and keeps versions; `version` is that of the weights last published. */
  async save({ version }: { version: number }): Promise<SaveAnswer> {
    // A parent that was killed is noticed here at the latest: another process may be in the folder by now.
    await setImmediate();
    await kept?.beforeSave();
    if (folder) await saveCheckpoint(folder, { ...running().snapshot(), version });
    await kept?.afterSave();
    return { step: running().step, failures: kept?.failures() ?? [] };
  },

  async close(): Promise<void> {
    await training?.dispose();
    training = undefined;
  },
};

export type TrainingMethods = typeof methods;

// The parent alone decides when this ends: Ctrl-C in a terminal goes to both, and the parent saves first.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('disconnect', () => process.exit(0));
startHeartbeat();
serveMethods(
  {
    // A parent that is gone needs no answer; `disconnect` ends this process.
    post: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    listen: (onMessage) => void process.on('message', onMessage),
  },
  methods,
);
