/** Runs the built command line as its user would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Resolves with the first line of JSON on stdout for which `wanted` holds. */
  line(wanted: (value: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
}

export function start(args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const waiting: {
    wanted: (value: Record<string, unknown>) => boolean;
    found(value: Record<string, unknown>): void;
  }[] = [];
  const values: Record<string, unknown>[] = [];
  let partial = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk;
    const lines = (partial + chunk).split('\n');
    partial = lines.pop() ?? '';
    for (const text of lines) {
      if (!text.startsWith('{')) continue;
      const value = JSON.parse(text) as Record<string, unknown>;
      values.push(value);
      for (const one of waiting.filter(({ wanted }) => wanted(value))) one.found(value);
    }
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const outcome = new Promise<Outcome>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  return {
    child,
    outcome,
    line: (wanted) =>
      new Promise((resolve, reject) => {
        const already = values.find(wanted);
        if (already) return resolve(already);
        waiting.push({ wanted, found: resolve });
        void outcome.then(({ stderr }) => reject(new Error(`it ended before that line: ${stderr}`)));
      }),
  };
}

export function run(args: readonly string[], cwd: string): Promise<Outcome> {
  return start(args, cwd).outcome;
}
