import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CroppedFrame, Frame } from '../../src/frame.js';
import { InputWatch } from '../../src/session/input-watch.js';
import { cropCounts, WaitingNotices, waitingForCrops } from '../../src/session/waiting.js';

const frame: Frame = { data: new Uint8Array(3), width: 1, height: 1, time: 0, sequence: 0, source: 'a' };
const crop = { ...frame, kind: 'left-eye', toFrame: [1, 0, 0, 0, 1, 0] } as const;
const eyes = { crop: 'eyes', minEyeDistance: 24 } as const;

let told: string[];
const notify = (message: string) => void told.push(message);
beforeEach(() => {
  told = [];
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => void vi.useRealTimers());

function seen(cropped: Partial<CroppedFrame>, input: Parameters<InputWatch['cut']>[1] = eyes): InputWatch {
  const watch = new InputWatch('real', notify);
  watch.frame();
  watch.cut({ frame, crops: [], ...cropped }, input);
  return watch;
}

describe('what training waits for', () => {
  it.each([
    [
      'an input that has not begun',
      () => new InputWatch('real', notify),
      /real input has not begun: no frame has come yet/,
    ],
    ['nobody in the picture', () => seen({}), /nobody is seen in the real input/],
    [
      'a face too small',
      () => seen({ eyeDistance: 18.4 }),
      /too small: its eyes are 18 pixels apart, and at least 24 are needed/,
    ],
    ['a face too small to be cut whole', () => seen({}, { crop: 'face' }), /smaller than 64 pixels/],
    [
      'a detector that is busy',
      () => seen({ passedThrough: 'it is busy' }),
      /no face of the real input is found yet: it is busy/,
    ],
  ])('is said of %s', (_, made, sentence) => {
    const gathered = { real: { watch: made(), crops: () => 3 } };
    expect(waitingForCrops(gathered, 32)?.sentence).toMatch(sentence);
    expect(waitingForCrops(gathered, 32)?.sentence).toMatch(
      /Training waits\. 3 of 32 crops of the real input are there: /,
    );
    expect(waitingForCrops(gathered, 3)).toBeUndefined();
    expect(cropCounts(gathered, 32)).toEqual({ real: { crops: 3, wanted: 32 } });
  });

  it('is told once it has lasted three seconds, again after half a minute, and when the reason is another', () => {
    const notices = new WaitingNotices(notify);
    const watch = new InputWatch('real', notify);
    let crops = 0;
    const pass = (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        vi.advanceTimersByTime(1000);
        notices.look(waitingForCrops({ real: { watch, crops: () => crops } }, 32));
      }
    };
    pass(3);
    expect(told).toHaveLength(0);
    pass(2);
    expect(told).toHaveLength(1);
    pass(29);
    expect(told).toHaveLength(2);
    watch.frame();
    watch.cut({ frame, crops: [] }, eyes);
    for (let i = 0; i < 5; i++) {
      crops++;
      pass(1);
    }
    expect(told).toHaveLength(3);
    expect(told[2]).toMatch(/nobody/);
    crops = 32;
    pass(60);
    expect(told).toHaveLength(3);
  });
});

describe('an input', () => {
  it('that falls silent and comes back is told of, and shows in its status', () => {
    const watch = seen({ crops: [crop], eyeDistance: 50 });
    expect(watch.why).toBeUndefined();
    vi.advanceTimersByTime(4900);
    watch.check();
    expect(watch.status).toMatchObject({ state: 'running', message: '', frames: 1, cropped: 1, eyeDistance: 50 });
    vi.advanceTimersByTime(200);
    watch.check();
    watch.check();
    expect(watch.status).toMatchObject({ state: 'lost', message: 'no frame has come for 5 s' });
    watch.frame();
    expect(watch.status).toMatchObject({ state: 'running', message: '' });
    expect(told).toEqual(['the real input is silent: no frame has come for 5 s', 'the real input is back']);
  });

  it('that is slow by nature is not silent', () => {
    const watch = new InputWatch('real', notify);
    for (let i = 0; i < 3; i++) {
      watch.frame();
      vi.advanceTimersByTime(4000);
      watch.check();
    }
    vi.advanceTimersByTime(7000);
    watch.check();
    expect(told).toEqual([]);
  });

  it('that is opened again or has ended says so', () => {
    const watch = seen({});
    watch.lost('the cable is out');
    expect(watch.why).toBe('the real input is lost: the cable is out');
    watch.returned();
    watch.ended();
    expect(watch.status.state).toBe('ended');
    expect(told).toEqual([expect.stringContaining('opened again: the cable is out'), 'the real input is back']);
  });
});
