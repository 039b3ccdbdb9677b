/** Asks the server once a second how it is. */

export interface StreamCounts {
  readonly in: number;
  readonly out: number;
  readonly dropped: number;
  readonly failed: number;
  /** Of the dropped: those that came while nobody watched. */
  readonly unwatched?: number;
  readonly fps: number;
}

/** One point of the training curves. */
export interface Report {
  readonly step: number;
  readonly losses: Readonly<Record<string, number>>;
  readonly accuracy?: { readonly real: number; readonly refined: number };
  /** Absent or null in recipes that refine nothing. */
  readonly change?: number;
  /** Measures of the recipe's own. */
  readonly measures?: Readonly<Record<string, number>>;
  readonly heldOut?: {
    readonly twoSample?: { readonly refined: number; readonly synthetic?: number };
    readonly measures?: Readonly<Record<string, number>>;
  } | null;
}

/** What `GET /api/status` may say; a server without a session knows only some of it. */
export interface Status {
  readonly uptime?: number;
  readonly engine?: string;
  /** What is trained. */
  readonly recipe?: string;
  readonly streams?: Readonly<Record<string, StreamCounts>>;
  readonly latency?: { readonly p50: number | null; readonly p95: number | null };
  readonly training?: Partial<Report> & {
    readonly stepsPerSecond?: number | null;
    readonly phase?: string;
    /** How learning goes, by name, and in words. */
    readonly state?: string;
    readonly message?: string;
    readonly trouble?: boolean;
    readonly brakes?: { readonly skipped: number; readonly rollbacks: number; readonly paused: string | null };
  };
  readonly version?: number;
  readonly viewers?: number;
  readonly memory?: { readonly rss?: number };
  /** Whether the session takes a browser's camera, and which are connected. */
  readonly cameras?: { readonly wanted: boolean };
}

const PERIOD_MS = 1000;
const PATIENCE_MS = 5000;

/** Calls `listener` after each answer, with nothing where there was none. */
export async function pollStatus(listener: (status: Status | undefined) => void | Promise<void>): Promise<never> {
  while (true) {
    await listener(await getJson<Status>('api/status'));
    await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
  }
}

/** What training has reported so far, thinned out by the server. */
export async function loadHistory(): Promise<readonly Report[]> {
  const history = await getJson<{ reports?: readonly Report[] }>('api/history');
  return history?.reports ?? [];
}

async function getJson<T>(address: string): Promise<T | undefined> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS), cache: 'no-store' });
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
