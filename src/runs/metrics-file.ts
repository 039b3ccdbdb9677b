/** `metrics.jsonl`: one report a line, steps strictly rising, whatever was killed or full in between. */
import {
  appendFileSync,
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { createInterface } from 'node:readline';
import { IrisflowError, messageOf } from '../errors.js';
import type { StepReport } from '../models/types.js';
import { writeAdvice } from './whole-file.js';

const CHUNK_BYTES = 65_536;
/** Parts that are read of a large file, for a chart. */
const STRETCHES = 256;

export class MetricsFile {
  constructor(private readonly path: string) {}

  /** Throws `SINK` where it cannot be written; the file is then as it was. */
  append(report: StepReport): void {
    const size = sizeOf(this.path);
    try {
      appendFileSync(this.path, `${JSON.stringify(report)}\n`);
    } catch (cause) {
      // A full disk takes the beginning of a line.
      if (sizeOf(this.path) > size) truncateSync(this.path, size);
      throw new IrisflowError('SINK', `could not write ${this.path}: ${messageOf(cause)}; ${writeAdvice(cause)}`, {
        cause,
      });
    }
  }

  /**
   * Cuts off what comes after `step`: steps that a lost process made beyond its checkpoint, and a line that it did not finish.
   * Reads only that end of the file. Throws `SINK` where it cannot be written.
   */
  rewind(step: number): void {
    if (!existsSync(this.path)) return;
    try {
      const file = openSync(this.path, 'r+');
      try {
        const { size } = fstatSync(file);
        const end = endOfStep(file, size, step);
        if (end < size) ftruncateSync(file, end);
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      throw new IrisflowError('SINK', `could not rewind ${this.path}: ${messageOf(cause)}`, { cause });
    }
  }

  /** Every report, a line at a time. */
  async *reports(): AsyncGenerator<StepReport> {
    if (!existsSync(this.path)) return;
    for await (const line of createInterface({ input: createReadStream(this.path) })) {
      const report = parse(line);
      if (report) yield report;
    }
  }

  /**
   * Reports for a chart: all of them, of a file larger than `most` bytes stretches of them, spread evenly, so that it takes no longer
   * however long the run was.
   */
  async *sampled(most = 12e6): AsyncGenerator<StepReport> {
    const size = sizeOf(this.path);
    if (size <= most) {
      yield* this.reports();
      return;
    }
    for (let i = 0; i < STRETCHES; i++) {
      const end = Math.floor((size * (i + 1)) / STRETCHES);
      const start = i === 0 ? 0 : end - Math.floor(most / STRETCHES);
      for await (const line of linesBetween(this.path, start, i === 0 ? Math.floor(most / STRETCHES) : end)) {
        const report = parse(line);
        if (report) yield report;
      }
    }
  }
}

/** The lines of a file between two bytes; where it begins within a line, from the next one on. */
async function* linesBetween(path: string, start: number, end: number): AsyncGenerator<string> {
  let partial = start > 0;
  // From one byte earlier: a line that begins at `start` is whole.
  const input = createReadStream(path, { start: Math.max(0, start - 1), end: end - 1 });
  for await (const line of createInterface({ input })) {
    if (!partial) yield line;
    partial = false;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Where the last whole line of a step up to `step` ends, seen from the end of the file; 0 where there is none. */
function endOfStep(file: number, size: number, step: number): number {
  let tail = Buffer.alloc(0);
  for (let start = size; start > 0; ) {
    const length = Math.min(CHUNK_BYTES, start);
    start -= length;
    const chunk = Buffer.alloc(length);
    readSync(file, chunk, 0, length, start);
    tail = Buffer.concat([chunk, tail]);
    for (let end = tail.lastIndexOf(10); end >= 0; ) {
      const before = end > 0 ? tail.lastIndexOf(10, end - 1) : -1;
      // The beginning of this line is in the chunk before.
      if (before < 0 && start > 0) {
        tail = tail.subarray(0, end + 1);
        break;
      }
      const report = parse(tail.toString('utf8', before + 1, end));
      if (report && report.step <= step) return start + end + 1;
      end = before;
    }
  }
  return 0;
}

function parse(line: string): StepReport | undefined {
  try {
    const report = JSON.parse(line) as StepReport;
    return typeof report?.step === 'number' ? report : undefined;
  } catch {
    return undefined;
  }
}
