import { defer, finalize, type Observable, of, take, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { IrisflowError } from '../../src/errors.js';
import { type Loss, type RestartOptions, restarting } from '../../src/streams/restart.js';

const broken = new IrisflowError('INPUT', 'broken');

/** Runs the marbles of each connection in turn under virtual time and gives what came out, and when. */
function run(connections: string[], options: RestartOptions, until = 10_000) {
  const seen: string[] = [];
  const losses: Loss[] = [];
  const opened: number[] = [];
  const closed: number[] = [];
  const scheduler = new TestScheduler(() => {});
  let failure: IrisflowError | undefined;
  scheduler.run(({ cold, flush }) => {
    let next = 0;
    const connect = defer(() => {
      opened.push(scheduler.now());
      const marbles = connections[next++] ?? 'never';
      const values: Observable<string> = marbles === 'never' ? cold('-') : cold(marbles, undefined, broken);
      return values.pipe(finalize(() => closed.push(scheduler.now())));
    });
    const result = restarting(
      connect,
      { what: 'The camera', tail: () => ['last words'], settled: () => of(0) },
      {
        ...options,
        onRestart: (loss) => losses.push(loss),
      },
    );
    const subscription = result.subscribe({
      next: (value) => seen.push(`${value}@${scheduler.now()}`),
      error: (error) => {
        failure = error;
      },
    });
    scheduler.schedule(() => subscription.unsubscribe(), until);
    flush();
  });
  return { seen, losses, opened, closed, failure };
}

describe('restarting', () => {
  it('doubles the delay after each failure in a row, up to a limit, and resets it after a frame', () => {
    const options = { retryDelay: 100, maxRetryDelay: 250, silence: 1_000 };
    const { opened, losses, seen, failure } = run(['a#', '#', '#', '#', 'b#', '#'], options, 1_200);
    expect(opened).toEqual([0, 101, 301, 551, 801, 902, 1_102]);
    expect(losses.map((loss) => loss.delay)).toEqual([100, 200, 250, 250, 100, 200]);
    expect(losses.map((loss) => loss.attempt)).toEqual([1, 2, 3, 4, 1, 2]);
    expect(seen).toEqual(['a@0', 'b@801']);
    expect(failure).toBeUndefined();
  });

  it('treats silence as a loss, before the first frame and after any other', () => {
    const late = run(['never'], { silence: 500 });
    expect(late.failure).toMatchObject({ code: 'INPUT', message: expect.stringMatching(/500 ms.*last words/) });
    expect(late.closed).toEqual([500]);
    const { opened, closed, seen } = run(['a 400ms b', 'c'], { silence: 500, retryDelay: 50 }, 1_100);
    expect(seen).toEqual(['a@0', 'b@401', 'c@951']);
    expect(opened).toEqual([0, 951]);
    expect(closed).toEqual([901, 1_100]);
  });

  it('fails at once when it never worked, and for good after the retries allowed', () => {
    expect(run(['#'], {}).failure).toBe(broken);
    const patient = run(['#', '#', 'a#'], { retries: 2, retryDelay: 10 }, 50);
    expect(patient.seen).toEqual(['a@30']);
    const gone = run(['a#', '#', '#', '#'], { retries: 2, retryDelay: 10 });
    expect(gone.failure).toMatchObject({ code: 'SOURCE', cause: broken });
    expect(gone.failure?.message).toMatch(/3 attempts in a row.*broken/);
    expect(gone.opened).toHaveLength(3);
  });

  it('waits until the last connection is cleaned up', () => {
    const times: number[] = [];
    const scheduler = new TestScheduler(() => {});
    scheduler.run(({ cold, flush }) => {
      const connect = defer(() => {
        times.push(scheduler.now());
        return cold('a 9ms #');
      });
      const settled = () => cold('300ms s');
      restarting(connect, { what: 'x', tail: () => [], settled }, { retryDelay: 100, silence: 50 })
        .pipe(take(2))
        .subscribe();
      flush();
    });
    expect(times).toEqual([0, 410]);
  });

  it('ends the pause or the connection when it is unsubscribed', () => {
    expect(run(['a#'], { retryDelay: 1_000 }, 500).opened).toEqual([0]);
    expect(run(['a'], {}, 500).closed).toEqual([500]);
  });

  it('completes when its source does, and an error before anything passes in the same turn', () => {
    expect(run(['a|'], {}).seen).toEqual(['a@0']);
    const thrown: unknown[] = [];
    restarting(
      throwError(() => broken),
      { what: 'x', tail: () => [], settled: () => of(0) },
      {},
    ).subscribe({ error: (error) => thrown.push(error) });
    expect(thrown).toEqual([broken]);
  });
});
