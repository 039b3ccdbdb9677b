import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escaped } from '../../../src/charts/svg.js';
import { imageOf } from '../../../src/evaluation/report/picture-html.js';
import { openCropInput, readCrops } from '../../../src/evaluation/run/read-crops.js';
import { sameInput } from '../../../src/evaluation/run/same-input.js';
import type { Face } from '../../../src/frame.js';
import type { FaceDetector } from '../../../src/vision/detector/face-detector.js';
import { tiny } from '../../models/tiny.js';
import { eyePicture, eyePictures } from '../../pictures.js';

let folder: string;
let eyes: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irisflow-inputs-'));
  eyes = await eyePictures(join(folder, 'eyes'), 30, 96, 1);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const config = tiny({ width: 24, height: 24 }, 'live');
const tell = () => undefined;

/** Says that every picture is a face with its eyes in the same places. */
const everywhere: FaceDetector = {
  detect: async () => {
    const face: Face = {
      box: { x: 10, y: 10, width: 76, height: 76 },
      score: 1,
      rightEye: [22, 44],
      leftEye: [72, 46],
      nose: [48, 60],
      mouth: [48, 75],
    };
    return [face];
  },
};

async function read(source: string, count: number, crop: 'eyes' | 'none', signal = new AbortController().signal) {
  const shares: number[] = [];
  const input = await openCropInput(source, { crop, config, count, tell });
  const given = <T>(crop: T) => crop;
  const options = { crop, config, count, tell, name: 'real' as const, detector: everywhere, given, signal };
  const crops = await readCrops(input, { ...options, onProgress: (share) => shares.push(share) });
  return { ...crops, shares };
}

describe('readCrops', () => {
  it('reads the given number of pictures, spread over the folder, in order', async () => {
    const all = await read(eyes, 100, 'none');
    expect(all.pictures.count).toBe(30);
    const some = await read(eyes, 10, 'none');
    expect(some.pictures.count).toBe(10);
    const bytes = 24 * 24 * 3;
    const index = (i: number) =>
      Array.from({ length: 30 }, (_, j) => j).find((j) =>
        Buffer.from(all.pictures.data.subarray(j * bytes, (j + 1) * bytes)).equals(
          some.pictures.data.subarray(i * bytes, (i + 1) * bytes),
        ),
      );
    expect(Array.from({ length: 10 }, (_, i) => index(i))).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
    expect(some.shares.at(-1)).toBe(1);
  });

  it('keeps both eyes of a face together', async () => {
    const { pictures } = await read(eyes, 10, 'eyes');
    expect(pictures.count).toBe(10);
    const bytes = 24 * 24 * 3;
    const mean = (i: number) => pictures.data.subarray(i * bytes, (i + 1) * bytes).reduce((a, b) => a + b) / bytes;
    // Right and left differ in every pair: neither side was left out.
    expect(Array.from({ length: 5 }, (_, i) => mean(2 * i) !== mean(2 * i + 1))).toEqual(new Array(5).fill(true));
  });

  it('renders other people than a training with that seed, with true pupils', async () => {
    const { pictures, truth } = await read('eyes', 12, 'eyes');
    expect(pictures.count).toBe(12);
    expect(truth.filter((pupil) => pupil !== undefined)).toHaveLength(12);
    const again = await read('eyes', 12, 'none');
    expect(again.pictures.data).toEqual(pictures.data);
    const trained = await eyePictures(join(folder, 'trained'), 1, 24, config.seed);
    const seen = await read(trained, 12, 'none');
    expect(Buffer.from(pictures.data).includes(Buffer.from(seen.pictures.data))).toBe(false);
  });

  it('ends when it is aborted', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(read(eyes, 10, 'none', stop.signal)).rejects.toThrow('enough');
  });
});

describe('sameInput', () => {
  it('recognises a path in another form, and a file by its content', async () => {
    const file = eyePicture(eyes, 0);
    const copy = join(folder, 'copy.png');
    copyFileSync(file, copy);
    const given = (label: string, rendered = false) => ({ label, rendered });
    expect(await sameInput(eyes, given(join(eyes, '..', 'eyes')))).toBe(true);
    expect(await sameInput(file, given(copy))).toBe(true);
    expect(await sameInput(file, given(eyePicture(eyes, 1)))).toBe(false);
    expect(await sameInput('webcam', given('webcam'))).toBe(true);
    expect(await sameInput(undefined, given(file))).toBe(false);
    expect(await sameInput('eyes (built-in renderer)', given('eyes (built-in renderer)', true))).toBe(false);
    mkdirSync(join(folder, 'empty'));
    expect(await sameInput(file, given(join(folder, 'empty')))).toBe(false);
  });
});

describe('HTML of a report', () => {
  it('escapes names', async () => {
    expect(escaped(`<script>"&'`)).toBe('&lt;script&gt;&quot;&amp;&#39;');
    const grey = { data: new Uint8Array(48).fill(7), count: 1, width: 4, height: 4 };
    const image = await imageOf(grey, 0, '"> <script>');
    expect(image).toMatch(
      /^<img src="data:image\/png;base64,[\w+/=]+" width="4" height="4" alt="&quot;&gt; &lt;script&gt;">$/,
    );
  });
});
