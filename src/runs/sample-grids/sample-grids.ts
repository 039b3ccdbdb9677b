/** Pictures of how the generator comes along: the same inputs, or the same noise, over all of training. */
import { readFile } from 'node:fs/promises';
import type { Engine } from '../../engine/types.js';
import { refinerMaker, samplerMaker } from '../../models/registry.js';
import type {
  DrawnPictures,
  Recipe,
  Requirements,
  RunningGenerator,
  Training,
  TrainingBatch,
} from '../../models/types.js';
import { randomAt } from '../../random.js';
import { columnsOf, gridPng, type Row, rowsOfPng } from './grid.js';
import { forgetGrids, gridsOf, inputsFile, writeGrid, writeInputs } from './grid-files.js';

/** Of more classes the first are shown. */
const MOST_CLASSES = 16;

/** A generator on its fixed inputs. */
interface Shown {
  readonly generator: RunningGenerator;
  rows(): Promise<Row[]>;
}

/**
 * Writes the grids of one training into its run folder. Of a recipe that refines a grid has a row of inputs, one of what became of them,
 * and with pairs one of their targets; of one that makes pictures of noise it is a square of them, or with classes a row for each.
 */
export class SampleGrids {
  /** Inputs, and their targets where the recipe learns from pairs. */
  private inputs: readonly Row[] | undefined;
  private shown: Shown | undefined;
  private written = -1;

  private constructor(
    private readonly run: string,
    private readonly engine: Engine,
    private readonly recipe: Recipe,
    private readonly training: Training,
    inputs: readonly Row[] | undefined,
  ) {
    this.inputs = inputs;
  }

  /** A run that goes on shows the inputs that it has shown before. */
  static async open(run: string, engine: Engine, recipe: Recipe, training: Training): Promise<SampleGrids> {
    return new SampleGrids(run, engine, recipe, training, await knownInputs(run, recipe, training));
  }

  /** What the first step draws: held-out pictures as well, where inputs are to be chosen of them. */
  get requires(): Requirements {
    const { requires } = this.training;
    if (!this.recipe.createRefiner || this.inputs) return requires;
    return { ...requires, heldOut: Math.max(requires.heldOut ?? 0, columnsOf(this.training.config.width)) };
  }

  /** Before the first step of a session: chooses the inputs, and shows where training begins. */
  async begin(batch: TrainingBatch): Promise<void> {
    const { step, config } = this.training;
    const chosen = this.recipe.createRefiner && !this.inputs ? this.chosen(batch.heldOut ?? batch) : undefined;
    this.inputs ??= chosen;
    await forgetGrids(this.run, step);
    if (chosen) await writeInputs(this.run, await gridPng(chosen, config, { gap: 0, enlarge: false }));
    const grids = await gridsOf(this.run);
    if (grids.at(-1)?.step !== step) await this.write();
  }

  /** Writes the grid of the present step, once {@link begin} was called. Throws `SINK` where it cannot be written. */
  async write(): Promise<void> {
    const { step, config } = this.training;
    if (step === this.written) return;
    this.shown ??= await (this.recipe.createRefiner ? this.refined() : this.sampled());
    this.shown.generator.write(this.training.generatorWeights());
    await writeGrid(this.run, step, await gridPng(await this.shown.rows(), config));
    this.written = step;
  }

  private chosen({ synthetic, real }: DrawnPictures): Row[] {
    const { width, height } = this.training.config;
    const first = (pictures: Uint8Array) => pictures.slice(0, columnsOf(width) * width * height * 3);
    const refines = this.recipe.refines?.(this.training.config) ?? 'synthetic';
    const input = refines === 'synthetic' && synthetic.length > 0 ? synthetic : real;
    return this.recipe.learnsFrom === 'pairs' ? [first(input), first(real)] : [first(input)];
  }

  private async refined(): Promise<Shown> {
    const { config } = this.training;
    const [input = new Uint8Array(), ...targets] = this.inputs ?? [];
    const count = input.length / (config.width * config.height * 3);
    const generator = await refinerMaker(this.recipe)(this.engine, config, this.training.generatorWeights());
    return { generator, rows: async () => [input, await generator.refine(input, count), ...targets] };
  }

  private async sampled(): Promise<Shown> {
    const { config } = this.training;
    const generator = await samplerMaker(this.recipe)(this.engine, config, this.training.generatorWeights());
    const { noiseSize, classes } = generator;
    const columns = columnsOf(config.width);
    const rows = classes > 0 ? Math.min(classes, MOST_CLASSES) : columns;
    const random = randomAt(config.seed, 'samples');
    const normal = (count: number) => Float32Array.from({ length: count * noiseSize }, () => random.normal());
    // With classes a column is one noise: what differs in it is what the label does.
    const shared = normal(columns);
    const noise = Array.from({ length: rows }, () => (classes > 0 ? shared : normal(columns)));
    return {
      generator,
      rows: async () => {
        const made: Row[] = [];
        for (const [row, values] of noise.entries()) {
          const labels = classes > 0 ? new Uint8Array(columns).fill(row) : undefined;
          made.push(await generator.sample(values, columns, labels));
        }
        return made;
      },
    };
  }
}

/** Where the file is missing, damaged or of other pictures, inputs are chosen anew. */
async function knownInputs(run: string, recipe: Recipe, { config }: Training): Promise<Row[] | undefined> {
  const rows = await readFile(inputsFile(run))
    .then((png) => rowsOfPng(png, config))
    .catch(() => undefined);
  return rows?.length === (recipe.learnsFrom === 'pairs' ? 2 : 1) ? rows : undefined;
}
