// npx tsx examples/augment-data-set.ts [DIGITS OF EACH CLASS] [SEEDS] [STEPS]
// More of a small labelled data set by a generator that learnt from nothing else: does a classifier gain?
//
// For each seed other digits of MNIST are the data set. cgan learns from them, varied at each draw, and makes 4,000 more, the same
// number of each class. One kind of classifier then learns from the digits alone, from them and 4,000 varied copies, from them and the
// 4,000 made ones, and from all of these; and is asked about 5,000 digits that nothing has learnt from. The classifier shifts what it
// learns from by up to two pixels in any case.
import { setImmediate } from 'node:timers/promises';
import {
  type Augmentation,
  augment,
  CropPool,
  drawLabelled,
  type Engine,
  type Frame,
  fromMnist,
  labelClassifier,
  noiseAt,
  openEngine,
  recipeNamed,
  samplerMaker,
} from 'irisflow';
import { from, lastValueFrom, toArray } from 'rxjs';

const [each = 20, seeds = 3, steps = 1500] = process.argv.slice(2).map(Number);
const MADE = 4000;
const TESTED = 5000;
const SIZE = { width: 28, height: 28 };
/** As far as a digit can vary and still be read as the same. */
const VARIED: Augmentation = { flip: false, rotation: 10, zoom: 0.1, shear: 0.1, shift: 0.07 };

/** Digits and what they are. */
interface Labelled {
  readonly data: Uint8Array;
  readonly labels: Uint8Array;
}

function labelled(frames: readonly Frame[]): Labelled {
  const labels = Uint8Array.from(frames, (frame) => Number(frame.labels?.name));
  return { data: Buffer.concat(frames.map(({ data }) => data)), labels };
}

function together(...sets: readonly Labelled[]): Labelled {
  const labels = Uint8Array.from(sets.flatMap((set) => [...set.labels]));
  return { data: Buffer.concat(sets.map(({ data }) => data)), labels };
}

const copies = (set: Labelled, count: number) => together(...Array.from({ length: count }, () => set));
const pictures = ({ data, labels }: Labelled) => ({ ...SIZE, data, count: labels.length });

/** The data set of a seed, and digits to ask about. */
async function digitsOf(seed: number): Promise<{ few: Frame[]; asked: Labelled }> {
  const frames = await lastValueFrom(fromMnist({ seed }).pipe(toArray()));
  const counts = new Map<string, number>();
  const few = frames.filter(({ labels }) => {
    const name = labels?.name ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return (counts.get(name) ?? 0) <= each;
  });
  const known = new Set(few);
  return { few, asked: labelled(frames.filter((frame) => !known.has(frame)).slice(-TESTED)) };
}

async function variedCopies(few: readonly Frame[], count: number): Promise<Labelled> {
  const rounds = Array.from({ length: Math.ceil(count / few.length) }, (_, seed) =>
    lastValueFrom(from(few).pipe(augment({ ...VARIED, seed }), toArray())),
  );
  return labelled((await Promise.all(rounds)).flat().slice(0, count));
}

/** Digits that cgan makes after it has learnt from these few. */
async function madeDigits(engine: Engine, few: readonly Frame[], seed: number): Promise<Labelled> {
  const recipe = recipeNamed('cgan');
  const config = recipe.configure('digits', { seed, checkEvery: 0 });
  const pool = new CropPool(few.length);
  for (const frame of few) pool.add(frame);
  const training = await recipe.createTraining(engine, config);
  for (let step = 0; step < steps; step++) {
    const classes = config.classes as string[];
    await training.train(await drawLabelled(pool, training.requires.real, classes, { seed, step, augment: VARIED }));
    if ((step + 1) % 100 === 0) process.stdout.write(`\rseed ${seed}: step ${step + 1} of ${steps}`);
    await setImmediate();
  }
  const sampler = await samplerMaker(recipe)(engine, config, training.generatorWeights(), { freeze: true });
  const labels = Uint8Array.from({ length: MADE }, (_, i) => i % 10);
  const noise = Float32Array.from(
    Array.from({ length: MADE }, (_, i) => [...noiseAt(seed, i, sampler.noiseSize)]).flat(),
  );
  const data = await sampler.sample(noise, MADE, labels);
  await sampler.dispose();
  await training.dispose();
  return { data, labels };
}

/** What share of the asked digits a classifier names rightly after it has learnt from a set. */
async function accuracyOf(engine: Engine, set: Labelled, asked: Labelled, seed: number): Promise<number> {
  const classifier = await labelClassifier(engine, pictures(set), set.labels, 10, { steps: 1000, seed });
  const accuracy = await classifier.accuracy(pictures(asked), asked.labels);
  await classifier.dispose();
  return accuracy;
}

/** Mean and 95 % interval over seeds (Student's t), in percent. */
function shown(values: readonly number[]): string {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  const reach = ((STUDENT[values.length - 2] ?? 1.96) * deviation) / Math.sqrt(values.length);
  return `${(100 * mean).toFixed(1)} ± ${(100 * reach).toFixed(1)}`;
}
const STUDENT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26];

const engine = await openEngine();
const rows: Record<string, number[]> = {};
for (let seed = 1; seed <= seeds; seed++) {
  const { few, asked } = await digitsOf(seed);
  const alone = labelled(few);
  const varied = await variedCopies(few, MADE);
  const made = await madeDigits(engine, few, seed);
  // As many of the digits themselves as of the others: they are what is true.
  const weighed = copies(alone, Math.ceil(MADE / few.length));
  const sets: Record<string, Labelled> = {
    'the digits alone': alone,
    'with varied copies': together(weighed, varied),
    'with made digits': together(weighed, made),
    'with both': together(weighed, varied, made),
  };
  for (const [name, set] of Object.entries(sets)) {
    rows[name] ??= [];
    rows[name].push(await accuracyOf(engine, set, asked, seed));
    process.stdout.write(`\rseed ${seed}: ${name.padEnd(30)}`);
  }
}
await engine.dispose();

console.log(
  `\r${each} digits of each class, ${seeds} seeds | named rightly, % | gain over the first | over the second`,
);
const [first = [], second = []] = Object.values(rows);
for (const [name, values] of Object.entries(rows)) {
  const gains = [first, second].map((before) => shown(values.map((value, i) => value - (before[i] ?? 0))));
  console.log(`${name.padEnd(30)} | ${[shown(values), ...gains].join(' | ')}`);
}
