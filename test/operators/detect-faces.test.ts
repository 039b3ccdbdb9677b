import { EMPTY, NEVER, of, Subject, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { Counter } from '../../src/flow/counter.js';
import type { DetectedFrame, Face, Frame } from '../../src/frame.js';
import { type DetectFacesOptions, detectFaces } from '../../src/operators/detect-faces.js';
import type { FaceDetector } from '../../src/vision/detector/face-detector.js';

function frame(sequence: number, view: Partial<Frame> = {}): Frame {
  return { data: new Uint8Array(3), width: 1, height: 1, time: 0, sequence, source: 'a', ...view };
}

function face(x: number): Face {
  return {
    box: { x, y: 0, width: 1, height: 1 },
    score: 1,
    rightEye: [0, 0],
    leftEye: [1, 0],
    nose: [0, 1],
    mouth: [0, 2],
  };
}

/** A detector whose calls are answered by the test, one by one: what is tested here is the operator's own flow. */
function detector() {
  const calls: {
    frame: Frame;
    previous: Face | undefined;
    find(...faces: Face[]): void;
    fail(error: unknown): void;
  }[] = [];
  const double: FaceDetector = {
    detect: (frame, previous) =>
      new Promise((resolve, reject) =>
        calls.push({ frame, previous, find: (...faces) => resolve(faces), fail: reject }),
      ),
  };
  return { double, calls };
}

function run(options: DetectFacesOptions = {}) {
  const { double, calls } = detector();
  const source = new Subject<Frame>();
  const counts = new Counter();
  const results: DetectedFrame[] = [];
  let ended: unknown;
  const subscription = source.pipe(detectFaces(double, { counts, ...options })).subscribe({
    next: (result) => results.push(result),
    error: (error) => {
      ended = error;
    },
    complete: () => {
      ended = 'complete';
    },
  });
  const settled = async (count: number) => vi.waitFor(() => expect(results.length).toBe(count));
  return { calls, source, counts, results, subscription, settled, ended: () => ended };
}

describe('detectFaces', () => {
  it('follows the first face, and searches the whole frame when it is lost', async () => {
    const { calls, source, results, settled } = run();
    source.next(frame(0));
    expect(calls[0]?.previous).toBeUndefined();
    calls[0]?.find(face(1), face(2));
    await settled(1);
    source.next(frame(1));
    expect(calls[1]?.previous).toEqual(face(1));
    calls[1]?.find();
    await settled(2);
    source.next(frame(2));
    expect(calls[2]?.previous).toBeUndefined();
    calls[2]?.find(face(3));
    await settled(3);
    expect(results.map(({ faces }) => faces)).toEqual([[face(1)], [], [face(3)]]);
    expect(results.map((result) => result.frame.sequence)).toEqual([0, 1, 2]);
  });

  it('does not follow into another source or size', async () => {
    const { calls, source, settled } = run();
    const views = [{}, { source: 'b' }, { source: 'b', width: 2 }, { source: 'b', width: 2 }];
    for (const [i, view] of views.entries()) {
      source.next(frame(i, view));
      calls[i]?.find(face(i));
      await settled(i + 1);
    }
    expect(calls.map(({ previous }) => previous?.box.x)).toEqual([undefined, undefined, undefined, 2]);
  });

  it('emits all faces up to maxFaces, and follows no face with follow: false', async () => {
    const { calls, source, results, settled } = run({ follow: false, maxFaces: 2 });
    source.next(frame(0));
    calls[0]?.find(face(1), face(2), face(3));
    await settled(1);
    source.next(frame(1));
    expect(calls[1]?.previous).toBeUndefined();
    expect(results[0]?.faces).toEqual([face(1), face(2)]);
  });

  it('keeps the newest frame while it is busy, and counts the others', async () => {
    const { calls, source, counts, results, settled } = run();
    for (let i = 0; i < 5; i++) source.next(frame(i));
    expect(calls.length).toBe(1);
    calls[0]?.find();
    await settled(1);
    expect(calls[1]?.frame.sequence).toBe(4);
    calls[1]?.find();
    await settled(2);
    expect(results.map((result) => result.frame.sequence)).toEqual([0, 4]);
    expect(counts.snapshot()).toEqual({ in: 5, out: 2, dropped: 3, failed: 0, inFlight: 0 });
  });

  it('passes on a frame without faces, in order, when its detection fails, and counts it as failed', async () => {
    const seen: unknown[] = [];
    const { calls, source, counts, results, settled, ended } = run({
      overflow: 'block',
      onFailure: (e) => seen.push(e),
    });
    source.next(frame(0));
    source.next(frame(1));
    source.next(frame(2));
    calls[0]?.find(face(1));
    await settled(1);
    const broken = new Error('broken');
    calls[1]?.fail(broken);
    await settled(2);
    expect(calls[2]?.previous, 'the face is still followed').toEqual(face(1));
    calls[2]?.find(face(2));
    await settled(3);
    expect(results.map(({ frame, faces }) => [frame.sequence, faces.length])).toEqual([
      [0, 1],
      [1, 0],
      [2, 1],
    ]);
    expect(seen).toEqual([broken]);
    expect(counts.snapshot()).toEqual({ in: 3, out: 2, dropped: 0, failed: 1, inFlight: 0 });
    expect(ended()).toBeUndefined();
  });

  it('survives a detector that throws at once', async () => {
    const results: DetectedFrame[] = [];
    const throwing: FaceDetector = {
      detect: () => {
        throw new Error('at once');
      },
    };
    of(frame(0))
      .pipe(detectFaces(throwing))
      .subscribe((result) => results.push(result));
    await vi.waitFor(() => expect(results).toEqual([{ frame: frame(0), faces: [] }]));
  });

  it('completes after the last frame, and passes on errors of the source', async () => {
    const { calls, source, settled, ended } = run();
    source.next(frame(0));
    source.complete();
    expect(ended()).toBeUndefined();
    calls[0]?.find();
    await settled(1);
    expect(ended()).toBe('complete');
    const { double } = detector();
    const ends: unknown[] = [];
    EMPTY.pipe(detectFaces(double)).subscribe({ complete: () => ends.push('empty') });
    throwError(() => 'lost')
      .pipe(detectFaces(double))
      .subscribe({ error: (error) => ends.push(error) });
    NEVER.pipe(detectFaces(double))
      .subscribe({ next: () => ends.push('never') })
      .unsubscribe();
    expect(ends).toEqual(['empty', 'lost']);
  });

  it('discards the running result on unsubscribe', async () => {
    const { calls, source, counts, results, subscription } = run();
    source.next(frame(0));
    source.next(frame(1));
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
    calls[0]?.find(face(1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(results).toEqual([]);
    expect(calls.length).toBe(1);
    expect(counts.snapshot()).toEqual({ in: 2, out: 0, dropped: 2, failed: 0, inFlight: 0 });
  });

  it('follows a separate face in each subscription', async () => {
    const { double, calls } = detector();
    const source = new Subject<Frame>();
    const found = source.pipe(detectFaces(double));
    let results = 0;
    found.subscribe(() => results++);
    found.subscribe(() => results++);
    source.next(frame(0));
    calls[0]?.find(face(1));
    calls[1]?.find(face(2));
    await vi.waitFor(() => expect(results).toBe(2));
    source.next(frame(1));
    expect(calls.slice(2).map(({ previous }) => previous?.box.x)).toEqual([1, 2]);
  });

  it('refuses wrong options', () => {
    const { double } = detector();
    for (const options of [{ maxFaces: 0 }, { maxFaces: 1.5 }, { overflow: 'sometimes' }, { capacity: 0 }]) {
      expect(() =>
        of(frame(0))
          .pipe(detectFaces(double, options as DetectFacesOptions))
          .subscribe(),
      ).toThrow(IrisflowError);
    }
  });

  it('lets frames go on without faces while a detection is late, and takes what it finds for the next', async () => {
    const { source, calls, results, counts } = run({ patience: 20 });
    source.next(frame(0));
    await vi.waitFor(() => expect(results).toHaveLength(1));
    expect(results[0]).toMatchObject({ faces: [], passedThrough: 'the face detector took longer than 20 ms' });
    source.next(frame(1));
    await vi.waitFor(() => expect(results).toHaveLength(2));
    expect(results[1]?.passedThrough).toMatch(/still busy/);
    expect(calls).toHaveLength(1);
    calls[0]?.find(face(3));
    await new Promise((resolve) => setImmediate(resolve));
    source.next(frame(2));
    await vi.waitFor(() => expect(results).toHaveLength(3));
    expect(results[2]?.faces[0]?.box.x).toBe(3);
    source.next(frame(3));
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    expect(counts.snapshot()).toMatchObject({ in: 4, out: 3, inFlight: 1 });
  });

  it('tells of a late detection that fails', async () => {
    const failures: unknown[] = [];
    const { source, calls, results } = run({ patience: 5, onFailure: (error) => failures.push(error) });
    source.next(frame(0));
    await vi.waitFor(() => expect(results).toHaveLength(1));
    calls[0]?.fail(new IrisflowError('WORKER', 'gone'));
    await vi.waitFor(() => expect(failures).toMatchObject([{ message: 'gone' }]));
    source.next(frame(1));
    await vi.waitFor(() => expect(calls).toHaveLength(2));
  });
});
