/** Entry of the train lane's process: one recipe being trained, and its checkpoint file. */
import { setPriority } from 'node:os';
import { openEngine } from '../../engine/open.js';
import type { EngineName, EngineOptions, TensorRecord } from '../../engine/types.js';
import { IrisflowError } from '../../errors.js';
import { loadCheckpoint, saveCheckpoint } from '../../models/checkpoint.js';
import { recipeNamed } from '../../models/registry.js';
import type { RecipeConfig, StepReport, Training, TrainingBatch } from '../../models/types.js';
import { serveMethods } from './channel.js';

export interface TrainOpen extends EngineOptions {
  readonly engine: EngineName | 'auto';
  readonly config: RecipeConfig;
  /** The run folder; a checkpoint in it is continued. Absent: nothing is kept. */
  readonly folder?: string;
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
}

let training: Training | undefined;
let folder: string | undefined;

function running(): Training {
  if (!training) throw new IrisflowError('LANE', 'the train lane is not open');
  return training;
}

const methods = {
  async open(options: TrainOpen): Promise<TrainStart> {
    setPriority(options.niceness);
    const engine = await openEngine(options.engine, options);
    folder = options.folder;
    const checkpoint = folder ? await loadCheckpoint(folder) : undefined;
    const recipe = recipeNamed(options.config.recipe);
    training = await recipe.createTraining(engine, options.config, checkpoint);
    return {
      description: engine.description,
      step: training.step,
      version: checkpoint?.version ?? 0,
      resumed: checkpoint !== undefined,
      requires: training.requires,
      weights: training.refinerWeights(),
    };
  },

  async train({ batch, publish }: { batch: TrainingBatch; publish: boolean }): Promise<TrainAnswer> {
    const report = await running().train(batch);
    const { requires } = running();
    const weights = publish ? running().refinerWeights() : undefined;
    return { report, requires, memory: process.memoryUsage.rss(), weights };
  },

  /** Writes the checkpoint; `version` is that of the weights last published. Answers with the step it holds. */
  async save({ version }: { version: number }): Promise<number> {
    if (folder) await saveCheckpoint(folder, { ...running().snapshot(), version });
    return running().step;
  },

  async close(): Promise<void> {
    await training?.dispose();
    training = undefined;
  },
};

export type TrainMethods = typeof methods;

// The parent alone decides when this ends: Ctrl-C in a terminal goes to both, and the parent saves first.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit(0));
serveMethods(
  {
    // A parent that is gone needs no answer; `disconnect` ends this process.
    post: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    listen: (onMessage) => void process.on('message', onMessage),
  },
  methods,
);
