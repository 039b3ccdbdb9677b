/** `irisflow live`: refines, trains and serves the page until a signal or a limit ends the session. */
import type { Command } from 'commander';
import { type LiveSessionOptions, liveOptions } from '../session/options.js';
import type { LiveSession } from '../session/types.js';
import { Interrupted, untilSignal } from './exit.js';
import { addOptions, given } from './options.js';

interface LiveCommandOptions extends LiveSessionOptions {
  readonly open: boolean;
  readonly json?: boolean;
}

const REPORT_INTERVAL_MS = 2000;

export function addLiveCommand(program: Command): Command {
  const command = program.command('live').description('refine a stream live, train on its frames, and serve the page');
  return addOptions(command, liveOptions)
    .option('--no-open', 'The page is not opened in a browser.')
    .option('--json', 'Prints JSON lines in place of text.')
    .action(live);
}

async function live(options: LiveCommandOptions): Promise<void> {
  // Loaded after the arguments are checked, so that a wrong one is reported without delay.
  const { openLiveSession } = await import('../session/live-session.js');
  const session = await openLiveSession(given(liveOptions, { ...options }));
  const print = options.json ? printJson : printText;
  print.start(session);
  const events = session.events.subscribe((event) => print.event(event.message));
  const timer = setInterval(() => print.status(session), REPORT_INTERVAL_MS);
  if (options.open) await openPage(session.link);
  const interrupted = await untilSignal(session.done, () => session.stop()).finally(() => {
    clearInterval(timer);
    events.unsubscribe();
    clearLine();
  });
  print.end(session);
  if (interrupted) throw new Interrupted();
}

/** Opens the page where there is a desktop. Elsewhere the user opens the printed address. */
async function openPage(url: string): Promise<void> {
  const desktop = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!desktop || !process.stdout.isTTY) return;
  const { default: open } = await import('open');
  const browser = await open(url);
  browser.on('error', () => undefined);
}

const printText = {
  start(session: LiveSession): void {
    const { recipe, synthetic, real, run, engine, resumed, step } = session.about;
    const state = resumed ? `continues at step ${step}` : 'new';
    process.stdout.write(
      `irisflow live  ${session.link}\n  recipe     ${recipe}\n${synthetic ? `  synthetic  ${synthetic}\n` : ''}  real       ${real}\n  run        ${run} (${state})\n  engine     ${engine}\n`,
    );
  },
  event(message: string): void {
    clearLine();
    process.stderr.write(`${message}\n`);
  },
  status(session: LiveSession): void {
    const { training, streams, latency, version } = session.status();
    const losses = Object.entries(training.losses).map(([name, value]) => `${name} ${value.toFixed(3)}`);
    const output = 'samples' in streams ? 'samples' : 'refined';
    const line =
      `step ${training.step} (${training.stepsPerSecond.toFixed(1)}/s, ${training.phase}) · ${training.state} · ${losses.join(' ')} · ` +
      (training.waiting ? `${training.waiting} · ` : '') +
      `${output} ${(streams[output]?.fps ?? 0).toFixed(1)} fps, version ${version} · latency p50 ${whole(latency.p50)} p95 ${whole(latency.p95)} ms`;
    if (process.stdout.isTTY) {
      clearLine();
      process.stdout.write(line.slice(0, (process.stdout.columns ?? 120) - 1));
    } else process.stdout.write(`${line}\n`);
  },
  end(session: LiveSession): void {
    process.stdout.write(`stopped at step ${session.status().training.step}; saved in ${session.about.run}\n`);
  },
};

function whole(milliseconds: number | null): string {
  return milliseconds === null ? '–' : String(Math.round(milliseconds));
}

function clearLine(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
}

const printJson = {
  start: (session: LiveSession) =>
    writeJson({ event: 'start', url: session.url, link: session.link, ...session.about }),
  event: (message: string) => writeJson({ event: 'notice', message }),
  status: (session: LiveSession) => writeJson({ event: 'status', ...session.status() }),
  end: (session: LiveSession) =>
    writeJson({ event: 'end', step: session.status().training.step, run: session.about.run }),
};

function writeJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
