/** `irisflow doctor`: lists what can be used on this machine and what is missing, with a reason and a remedy for each. */
import type { Command } from 'commander';
import type { EngineProbe } from '../engine/probe.js';
import type { Engine } from '../engine/types.js';
import { messageOf } from '../errors.js';
import { type CameraList, listCameras } from '../streams/cameras.js';
import { findFfmpeg } from '../streams/ffmpeg/binary.js';
import { type WritableVideo, writableVideos } from '../streams/ffmpeg/writable-videos.js';

interface Diagnosis {
  readonly node: string;
  readonly platform: string;
  /** The engine that `--engine auto` selects. */
  readonly auto: string;
  readonly engines: readonly EngineProbe[];
  readonly ffmpeg: {
    readonly available: boolean;
    readonly reason: string;
    /** The kinds of video files that it can write; empty where there is no ffmpeg. */
    readonly videos: readonly WritableVideo[];
  };
  readonly cameras: CameraList;
}

export function addDoctorCommand(program: Command): Command {
  return program
    .command('doctor')
    .description('list the engines, accelerators, ffmpeg and cameras that can be used here, and what is missing')
    .option('--json', 'Prints one JSON object in place of text.')
    .action(doctor);
}

async function doctor({ json }: { json?: boolean }): Promise<void> {
  // Loaded here, so that the other commands do not load the engines.
  const { openEngine, probeEngines } = await import('../engine/index.js');
  const [engines, ffmpeg, cameras] = await Promise.all([probeEngines(), examineFfmpeg(), listCameras()]);
  const diagnosis: Diagnosis = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    auto: await examineAuto(() => openEngine('auto')),
    engines,
    ffmpeg,
    cameras,
  };
  process.stdout.write(json ? `${JSON.stringify(diagnosis)}\n` : asText(diagnosis));
}

async function examineAuto(open: () => Promise<Engine>): Promise<string> {
  try {
    const engine = await open();
    await engine.dispose();
    return engine.description;
  } catch (error) {
    return messageOf(error);
  }
}

async function examineFfmpeg(): Promise<Diagnosis['ffmpeg']> {
  try {
    const { path, origin, year } = await findFfmpeg();
    const old = year !== undefined && year < new Date().getFullYear() - 4;
    const age = old
      ? `, a build of ${year}: it lacks years of security fixes, install ffmpeg with the system's packages`
      : '';
    return { available: true, reason: `${path} (from ${origin}${age})`, videos: await writableVideos(path) };
  } catch (error) {
    return { available: false, reason: messageOf(error), videos: [] };
  }
}

function asText({ node, platform, auto, engines, ffmpeg, cameras }: Diagnosis): string {
  const line = (available: boolean, name: string, reason: string, depth = 0) =>
    `  ${'  '.repeat(depth)}${available ? 'yes' : 'no '}  ${name.padEnd(14 - 2 * depth)} ${reason}\n`;
  const cameraLines = cameras.cameras.map(({ device, name }) => line(true, device, name));
  return [
    `Node ${node} on ${platform}\n`,
    'engines\n',
    ...engines.flatMap(({ name, available, reason, providers }) => [
      line(available, name, reason),
      ...providers.map((provider) => line(provider.available, provider.name, provider.reason, 1)),
    ]),
    `  --engine auto selects ${auto}\n`,
    'video\n',
    line(ffmpeg.available, 'ffmpeg', ffmpeg.reason),
    ...ffmpeg.videos.map(({ available, extension, encoder }) => {
      const missing = `this ffmpeg has no ${encoder}, so such files cannot be written: set FFMPEG_PATH to another ffmpeg`;
      return line(available, extension, available ? `written with ${encoder}` : missing, 1);
    }),
    'cameras\n',
    ...(cameraLines.length > 0 ? cameraLines : [line(false, 'none', cameras.reason ?? 'none was found')]),
  ].join('');
}
