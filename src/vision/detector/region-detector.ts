/** The network at one input size: from a square region of a frame to the faces in it. */
import type { Engine, State } from '../../engine/types.js';
import type { Face, Frame, Point } from '../../frame.js';
import { createAnchors } from './anchors.js';
import { blend, type Candidate, decode, type RawOutputs } from './decode.js';
import { blazeFace } from './network.js';
import type { Region } from './region.js';
import { createSampler } from './sample.js';

/** Not re-entrant: the input is allocated once. */
export interface RegionDetector {
  /** The faces in a region, best first. */
  find(frame: Frame, region: Region): Promise<Face[]>;
  dispose(): Promise<void>;
}

/** From input pixels to frame pixels. */
function toFace({ score, values }: Candidate, region: Region, size: number): Face {
  const scale = region.side / size;
  const at = (i: number) => values[i] as number;
  const point = (i: number): Point => [region.x + at(i) * scale, region.y + at(i + 1) * scale];
  const [x, y] = point(0);
  const width = at(2) * scale;
  const height = at(3) * scale;
  return {
    box: { x: x - width / 2, y: y - height / 2, width, height },
    score,
    rightEye: point(4),
    leftEye: point(6),
    nose: point(8),
    mouth: point(10),
    region,
  };
}

/**
 * Compiles BlazeFace for square inputs of `size` pixels.
 *
 * @param size a multiple of 32.
 * @param state holds the weights; they are baked into the program.
 * @param minScore lowest score that is reported, between 0 and 1.
 */
export async function createRegionDetector(
  engine: Engine,
  state: State,
  size: number,
  minScore: number,
): Promise<RegionDetector> {
  const program = await engine.compile(blazeFace, {
    inputs: { picture: { shape: [1, size, size, 3] } },
    state,
    freeze: true,
    name: `face detector ${size}×${size}`,
  });
  const anchors = createAnchors(size);
  const sample = createSampler(size);
  const picture = new Float32Array(size * size * 3);
  return {
    async find(frame, region) {
      sample(frame, region, picture);
      // The program's outputs by name, as network.ts gives them.
      const { logits, boxes } = (await program.run({ picture })) as unknown as RawOutputs;
      return blend(decode({ logits, boxes }, anchors, minScore)).map((candidate) => toFace(candidate, region, size));
    },
    dispose: () => program.dispose(),
  };
}
