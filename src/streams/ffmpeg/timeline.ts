/** Reads the times of a video file's frames from its packets, without decoding them. */

import type { FfmpegBinary } from './binary.js';
import { errorsOf, LEVELS } from './failure.js';
import { inputArgs } from './input-args.js';
import { startProcess } from './process.js';
import { redact } from './redact.js';

/** When the frames of a file are shown. */
export interface Timeline {
  /** Frames of the file. */
  readonly frames: number;
  /** Frames a second where it is the same all through, else `undefined`. */
  readonly rate: number | undefined;
  /** Frames a second as the file states them, rounded; 0 where it does not. */
  readonly statedRate: number;
  /** Time of the last frame, in microseconds since the first. */
  readonly last: number;
  /** Seconds that the tracks of the file really have. */
  readonly seconds: number;
  /** Seconds that the file says it has, where it says so. */
  readonly announced: number | undefined;
  /** What ffmpeg said where the file ends in the middle of its data. */
  readonly cut: string | undefined;
}

interface TimeBase {
  readonly num: number;
  readonly den: number;
}

/** `AV_PKT_FLAG_DISCARD`: a packet that is decoded but not shown. */
const DISCARD = 4;
/** Times below stand for `AV_NOPTS_VALUE`. */
const NO_TIME = -(2 ** 62);
const CUT = /partial file|ended prematurely|truncat|end of file|read error|input\/output error/i;

/** Reads a file once. Never rejects: a file that cannot be read has no frames. */
export async function readTimeline(path: string, binary: FfmpegBinary, signal?: AbortSignal): Promise<Timeline> {
  const tracks = ['0:V:0', '0:a?', '0:s?', '0:d?'].flatMap((track) => ['-map', track]);
  const input = ['-hide_banner', '-nostdin', '-nostats', ...LEVELS, ...inputArgs(path)];
  const lines: string[] = [];
  const child = startProcess(
    binary.path,
    [...input, ...tracks, '-copy_unknown', '-c', 'copy', '-f', 'framecrc', 'pipe:1'],
    {
      onLine(line) {
        if (lines.length < 1_000) lines.push(line);
      },
    },
  );
  const stop = () => void child.stop();
  signal?.addEventListener('abort', stop);
  child.stdin.end();
  const bases: TimeBase[] = [];
  const shown: number[] = [];
  const decoded: number[] = [];
  let seconds = 0;
  const read = (line: string) => {
    const [, track, num, den] = /^#tb (\d+): (\d+)\/(\d+)/.exec(line) ?? [];
    if (track !== undefined) bases[Number(track)] = { num: Number(num), den: Number(den) };
    if (track !== undefined || line.startsWith('#')) return;
    const [stream = 0, dts = 0, stated = 0, duration = 0] = line.split(',').map(Number);
    const pts = stated > NO_TIME ? stated : dts;
    const base = bases[stream];
    if (!base || !(pts > NO_TIME)) return;
    seconds = Math.max(seconds, ((pts + Math.max(0, duration)) * base.num) / base.den);
    const flags = Number(/F=(0x[0-9a-fA-F]+)/.exec(line)?.[1] ?? 0);
    if (stream !== 0 || (flags & DISCARD) !== 0) return;
    decoded.push(dts);
    if (stated > NO_TIME) shown.push(stated);
  };
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) read(line);
  });
  await child.closed;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  // Some containers, such as AVI, only say when a frame is decoded. Those times have the same distances.
  const times = (shown.length === decoded.length ? shown : decoded).sort((a, b) => a - b);
  const base = bases[0] ?? { num: 1, den: 1 };
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const statedRate = Number(/Video: .*?, ([\d.]+) fps/.exec(lines.join('\n'))?.[1] ?? 0);
  return {
    frames: times.length,
    rate: constantRate(times, base, statedRate),
    statedRate,
    last: (span * base.num * 1e6) / base.den,
    seconds,
    announced: announcedSeconds(lines),
    cut: errorsOf(lines).findLast((line) => CUT.test(line)),
  };
}

/** How a file is cut off, in words that follow its name; `undefined` where it has what it announces. */
export function missingEnd({ frames, statedRate, last, seconds, announced, cut }: Timeline): string | undefined {
  const interval = frames > 1 ? last / 1e6 / (frames - 1) : 0;
  const short = announced !== undefined && announced - seconds > Math.max(0.5, 2 * interval);
  if (cut === undefined && !short) return undefined;
  const wanted = Math.round((announced ?? 0) * statedRate);
  const length = (time: number) => `${Math.round(time * 100) / 100} s`;
  if (wanted > frames) return `is cut off: it announces ${wanted} frames, but has only ${frames}`;
  if (announced !== undefined && short)
    return `is cut off: it announces ${length(announced)}, but ends after ${length(seconds)}`;
  return `is cut off after ${frames} frames: ${redact(cut ?? '')}`;
}

/**
 * The rate at which all frames come, from their times in ascending order: every time is within one tick of its place. Where ticks are
 * coarse, as in Matroska, several rates can fit; then the usual one nearest to the rounded rate that the file states is taken.
 */
export function constantRate(times: readonly number[], { num, den }: TimeBase, stated = 0): number | undefined {
  const first = times[0] ?? 0;
  const count = times.length - 1;
  const span = (times[count] ?? 0) - first;
  if (count < 1 || span <= 0) return undefined;
  const fits = (rate: number) => {
    const ticks = den / (num * rate);
    return times.every((time, i) => Math.abs(time - first - i * ticks) <= 1);
  };
  const measured = (count * den) / (span * num);
  if (!fits(measured)) return undefined;
  const whole = Math.round(measured);
  const usual = [
    whole,
    (Math.ceil(measured) * 1000) / 1001,
    1 / Math.round(1 / measured),
    Math.round(measured * 2) / 2,
  ];
  // With fine ticks equal distances are exact.
  const exact = times.every((time, i) => (time - first) * count === i * span);
  if (exact && span / count >= 100) return measured;
  const fitting = usual.filter((rate) => Number.isFinite(rate) && rate > 0 && fits(rate));
  const wanted = stated || measured;
  return fitting.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0] ?? measured;
}

function announcedSeconds(lines: readonly string[]): number | undefined {
  const text = lines.join('\n');
  if (/Estimating duration from bitrate/.test(text)) return undefined;
  const [, hours, minutes, seconds] = /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(text) ?? [];
  return hours === undefined ? undefined : Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}
