/** Detects faces in square regions of frames, with the network at one input size. */
import type { Engine, State } from '../../engine/types.js';
import type { Face, Frame, Point } from '../../frame.js';
import { createAnchors } from './anchors.js';
import { blend, type Candidate, decode, type RawOutputs } from './decode.js';
import { blazeFace } from './network.js';
import type { Region } from './region.js';
import { createSampler } from './sample.js';

/** A detector for regions. It is not re-entrant, because calls share the input buffer. */
export interface RegionDetector {
  /** Finds the faces in a region, best first. */
  find(frame: Frame, region: Region): Promise<Face[]>;
  dispose(): Promise<void>;
}

/** Converts a candidate from input pixels to a face in frame pixels. */
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
 * @param state the weights, which become constants of the program.
 * @param minScore smallest score of a face, between 0 and 1.
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
      // These are the outputs of `blazeFace`.
      const { logits, boxes } = (await program.run({ picture })) as unknown as RawOutputs;
      return blend(decode({ logits, boxes }, anchors, minScore)).map((candidate) => toFace(candidate, region, size));
    },
    dispose: () => program.dispose(),
  };
}
