/** Decodes the network's raw outputs into scored candidates, and merges overlapping candidates. */

/** Numbers a candidate has: centre x, y, width, height, then x, y of right eye, left eye, nose and mouth, in input pixels. */
const candidateValues = 12;
/** Numbers a row of the network's boxes has: the above, and the two ears, which nothing here needs. */
const rowValues = 16;

export interface Candidate {
  /** 0 to 1. */
  readonly score: number;
  readonly values: Float32Array;
}

export interface RawOutputs {
  /** One logit for each anchor. */
  readonly logits: Float32Array;
  /** 16 numbers for each anchor. */
  readonly boxes: Float32Array;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * The candidates of all anchors with a score of at least `threshold`, best first.
 *
 * @param anchors from `createAnchors`.
 * @param threshold above 0, below 1.
 */
export function decode({ logits, boxes }: RawOutputs, anchors: Float32Array, threshold: number): Candidate[] {
  const minLogit = Math.log(threshold / (1 - threshold));
  const found: Candidate[] = [];
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] as number;
    // NaN fails these comparisons too.
    if (!(logit >= minLogit)) continue;
    const values = boxes.slice(i * rowValues, i * rowValues + candidateValues);
    for (let v = 0; v < candidateValues; v++) {
      // Sizes are absolute, positions relative to the anchor.
      if (v !== 2 && v !== 3) values[v] = (values[v] as number) + (anchors[2 * i + (v & 1)] as number);
    }
    if (!((values[2] as number) > 0 && (values[3] as number) > 0)) continue;
    found.push({ score: sigmoid(logit), values });
  }
  return found.sort((a, b) => b.score - a.score);
}

/** Intersection over union of two candidates' boxes, 0 to 1. */
export function overlap({ values: a }: Candidate, { values: b }: Candidate): number {
  const shared = (axis: 0 | 1) => {
    const [from, to] = edges(a, axis);
    const [otherFrom, otherTo] = edges(b, axis);
    return Math.max(0, Math.min(to, otherTo) - Math.max(from, otherFrom));
  };
  const both = shared(0) * shared(1);
  return both > 0 ? both / (area(a) + area(b) - both) : 0;
}

function edges(values: Float32Array, axis: 0 | 1): [from: number, to: number] {
  const centre = values[axis] as number;
  const half = (values[axis + 2] as number) / 2;
  return [centre - half, centre + half];
}

const area = (values: Float32Array) => (values[2] as number) * (values[3] as number);

/**
 * Non-maximum suppression by blending, as in the BlazeFace paper: candidates that overlap the best one by more than `threshold`
 * are replaced by their mean, weighted by score. This reduces the jitter of the landmarks between frames.
 *
 * @param candidates candidates from {@link decode}, best first.
 */
export function blend(candidates: readonly Candidate[], threshold = 0.3): Candidate[] {
  const faces: Candidate[] = [];
  let rest = candidates;
  while (rest[0] !== undefined) {
    const best = rest[0];
    const mean = new Float32Array(candidateValues);
    let total = 0;
    const others: Candidate[] = [];
    for (const candidate of rest) {
      if (candidate !== best && !(overlap(best, candidate) > threshold)) {
        others.push(candidate);
        continue;
      }
      total += candidate.score;
      for (let v = 0; v < candidateValues; v++)
        mean[v] = (mean[v] as number) + candidate.score * (candidate.values[v] as number);
    }
    faces.push({ score: best.score, values: mean.map((sum) => sum / total) });
    rest = others;
  }
  return faces;
}
