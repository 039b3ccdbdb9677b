/** The messages of a session to the user. */
import { type Observable, ReplaySubject } from 'rxjs';
import type { SessionEvent } from './types.js';

/** An equal message is not repeated within this time, because many frames can fail for the same reason. */
const REPEAT_MS = 10_000;
/** Number of messages whose times are remembered. */
const MAX_REMEMBERED = 100;

export class Notices {
  readonly #events = new ReplaySubject<SessionEvent>(20);
  readonly #last = new Map<string, number>();

  get events(): Observable<SessionEvent> {
    return this.#events.asObservable();
  }

  readonly notify = (message: string): void => {
    const now = performance.now();
    if (now - (this.#last.get(message) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
    if (this.#last.size > MAX_REMEMBERED) this.#last.clear();
    this.#last.set(message, now);
    this.#events.next({ message });
  };

  complete(): void {
    this.#events.complete();
  }
}
