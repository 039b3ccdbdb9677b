/** Writes the status into the tiles; unknown values are shown as a dash. */
import type { Status } from './status.js';

const NONE = '–';

export function showNumbers(root: HTMLElement, status: Status | undefined): void {
  const values = describe(status ?? {});
  for (const cell of root.querySelectorAll<HTMLElement>('[data-number]')) {
    const text = values[cell.dataset.number as keyof typeof values] ?? NONE;
    cell.textContent = text;
    cell.title = text;
  }
}

/** A warning for the top of the page, or `undefined` if there is none. */
export function noticeFor(status: Status | undefined): string | undefined {
  if (!status) return 'The server does not answer, so the numbers are missing.';
  const { training, inputs = {} } = status;
  if (!training) return undefined;
  const lost = Object.entries(inputs).find(([, { state }]) => state === 'lost');
  const why = training.waiting ?? (lost && `The ${lost[0]} input is lost: ${lost[1].message}.`);
  if (training.step) return why;
  const phase = training.phase ? ` (${training.phase})` : '';
  const untrained = `Training has not started yet${phase}. The refined stream comes from an untrained model.`;
  return why ? `${untrained} ${why}` : untrained;
}

/** Shows the learning state from the server; hidden before the first step. */
export function showLearning(element: HTMLElement, training: Status['training']): void {
  const { state, message = '', trouble = false, step } = training ?? {};
  element.hidden = !step || state === undefined;
  if (element.hidden) return;
  element.dataset.state = state;
  element.dataset.trouble = String(trouble);
  const parts = [
    ['strong', (state ?? '').replaceAll('-', ' ')],
    // The message of some states begins with their name.
    ['span', message.replace(/^[a-z]+: /, '')],
  ] as const;
  for (const [part, text] of parts) {
    const line = element.querySelector(part) as HTMLElement;
    if (line.textContent !== text) line.textContent = text;
  }
}

function describe(status: Status): Record<string, string | undefined> {
  const { streams = {}, latency, training } = status;
  const sources = [streams.synthetic, streams.real].flatMap((counts) => (counts ? [counts.fps.toFixed(1)] : []));
  return {
    'fps-in': sources.length > 0 ? sources.join(' + ') : undefined,
    'fps-out': (streams.refined ?? streams.samples)?.fps.toFixed(1),
    recipe: status.recipe,
    latency:
      latency && latency.p50 !== null && latency.p95 !== null
        ? `${latency.p50.toFixed(0)} / ${latency.p95.toFixed(0)} ms`
        : undefined,
    step: training?.step?.toLocaleString('en'),
    rate: typeof training?.stepsPerSecond === 'number' ? `${training.stepsPerSecond.toFixed(1)} steps/s` : undefined,
    phase: training?.phase,
    safeguards: training?.brakes && safeguardsOf(training.brakes),
    version: status.version === undefined ? undefined : `version ${status.version.toLocaleString('en')}`,
    // The page shows only the engine's name; the rest of the description is for the terminal.
    engine: status.engine?.split(':')[0],
    memory: status.memory?.rss === undefined ? undefined : `${(status.memory.rss / 2 ** 20).toFixed(0)} MiB`,
    viewers: status.viewers?.toLocaleString('en'),
  };
}

function safeguardsOf({ skipped, rollbacks, paused }: NonNullable<NonNullable<Status['training']>['brakes']>): string {
  if (paused) return `${paused} paused`;
  const counts = `${skipped} refused, ${rollbacks} rolled back`;
  return skipped + rollbacks === 0 ? 'none' : counts;
}
