/** Draws docs/images/eyes.png, a sheet of eyes that fromRenderer() renders. Run with `npx tsx scripts/eyes-sheet.ts [OUT.png]`. */
import sharp from 'sharp';
import { type EyeParameters, eyeAt, renderEye } from '../src/streams/index.js';

const SIDE = 88;
const GAP = 4;
const COLUMNS = 11;

const people = Array.from({ length: 4 * COLUMNS }, (_, person) => {
  const parameters = eyeAt(4, person, { period: 1, step: 10, blinkRate: 0 });
  return { ...parameters, openness: Math.max(0.9, parameters.openness) };
});
const frontal: EyeParameters = { ...eyeAt(4, 3, { period: 1, blinkRate: 0 }), head: [0, 0, 0], openness: 1 };
/** 1 to −1 over the columns. */
const sweep = Array.from({ length: COLUMNS }, (_, column) => 1 - (2 * column) / (COLUMNS - 1));
const sideways = sweep.map((part): EyeParameters => ({ ...frontal, gaze: [0, 0.6 * part] }));
const upDown = sweep.map((part): EyeParameters => ({ ...frontal, gaze: [0.4 * part, 0.15] }));
const blink = sweep.map((part): EyeParameters => ({ ...frontal, gaze: [0, 0], openness: Math.abs(part) }));

const cells = [...people, ...sideways, ...upDown, ...blink];
const tiles = cells.map((parameters, cell) => {
  const { data, width, height } = renderEye(parameters, SIDE, SIDE);
  return {
    input: Buffer.from(data.buffer),
    raw: { width, height, channels: 3 as const },
    left: GAP + (cell % COLUMNS) * (SIDE + GAP),
    top: GAP + Math.floor(cell / COLUMNS) * (SIDE + GAP),
  };
});
await sharp({
  create: {
    width: GAP + COLUMNS * (SIDE + GAP),
    height: GAP + Math.ceil(cells.length / COLUMNS) * (SIDE + GAP),
    channels: 3,
    background: '#ffffff',
  },
})
  .composite(tiles)
  .png({ palette: true, quality: 95, effort: 10 })
  .toFile(process.argv[2] ?? 'docs/images/eyes.png');
