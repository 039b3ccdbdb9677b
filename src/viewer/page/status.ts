/** Polls the server's status once a second. */

export interface StreamCounts {
  readonly in: number;
  readonly out: number;
  readonly dropped: number;
  readonly failed: number;
  /** Dropped frames of times without viewers. */
  readonly unwatched?: number;
  readonly fps: number;
}

/** One point of the training curves. */
export interface Report {
  readonly step: number;
  readonly losses: Readonly<Record<string, number>>;
  readonly accuracy?: { readonly real: number; readonly refined: number };
  /** Mean change by the refiner; absent or null in recipes without one. */
  readonly change?: number;
  /** Further measures of the recipe. */
  readonly measures?: Readonly<Record<string, number>>;
  readonly heldOut?: {
    readonly twoSample?: { readonly refined: number; readonly synthetic?: number };
    readonly measures?: Readonly<Record<string, number>>;
  } | null;
}

/** The body of `GET /api/status`; a server without a session sends only some of the fields. */
export interface Status {
  readonly uptime?: number;
  readonly engine?: string;
  /** Name of the recipe that is trained. */
  readonly recipe?: string;
  readonly streams?: Readonly<Record<string, StreamCounts>>;
  /** How the inputs are. */
  readonly inputs?: Readonly<Record<string, { readonly state: string; readonly message: string }>>;
  readonly latency?: { readonly p50: number | null; readonly p95: number | null };
  readonly training?: Partial<Report> & {
    readonly stepsPerSecond?: number | null;
    readonly phase?: string;
    /** What training waits for, in a sentence or two. */
    readonly waiting?: string | null;
    /** Name of the learning state; `message` describes it. */
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
const TIMEOUT_MS = 5000;

/** Calls `listener` with each status, or with `undefined` where the server did not answer. */
export async function pollStatus(listener: (status: Status | undefined) => void | Promise<void>): Promise<never> {
  while (true) {
    await listener(await getJson<Status>('api/status'));
    await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
  }
}

/** The training reports so far, thinned out by the server. */
export async function loadHistory(): Promise<readonly Report[]> {
  const history = await getJson<{ reports?: readonly Report[] }>('api/history');
  return history?.reports ?? [];
}

async function getJson<T>(address: string): Promise<T | undefined> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' });
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
