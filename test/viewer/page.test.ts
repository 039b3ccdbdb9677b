import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from '../../src/frame.js';
import { type FrameServer, fromBrowser, openFrameServer } from '../../src/streams/index.js';
import { pageFolder } from '../../src/viewer/page-folder.js';
import { frameOf, until } from '../streams/server/clients.js';
import { hasChromium, launch, whyNot } from './chromium.js';

const COLOURS: Readonly<Record<string, readonly number[]>> = {
  synthetic: [250, 0, 0],
  refined: [0, 250, 0],
  real: [0, 0, 250],
  'synthetic-crops': [250, 250, 0],
  'refined-crops': [0, 250, 250],
  'real-crops': [250, 0, 250],
};
const streams = Object.keys(COLOURS);

describe.skipIf(!hasChromium)(hasChromium ? 'the viewer page' : `the viewer page (${whyNot})`, () => {
  let browser: Browser;
  let page: Page;
  let problems: string[] = [];
  const running: { server: FrameServer; timer: NodeJS.Timeout }[] = [];

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(() => browser.close());

  afterEach(async () => {
    await page.close();
    await Promise.all(running.map(({ server }) => server.close()));
    for (const { timer } of running.splice(0)) clearInterval(timer);
  });

  /** A session of plain colours, whose brightness changes from frame to frame. */
  async function session(options: Partial<Parameters<typeof openFrameServer>[0]> = {}, frame: Partial<Frame> = {}) {
    const server = await openFrameServer({ streams, port: 0, page: pageFolder(), ...options });
    let sequence = 0;
    const timer = setInterval(() => {
      sequence++;
      for (const stream of server.streams) {
        if (!(stream in COLOURS)) continue;
        const colour = COLOURS[stream]?.map((value) => Math.max(0, value - (sequence % 8) * 10));
        const size = stream.endsWith('-crops') ? { width: 128, height: 64 } : { width: 160, height: 120 };
        server.publish(stream, frameOf(sequence, { ...size, ...(colour && { colour }), ...frame }));
      }
    }, 40);
    running.push({ server, timer });
    return server;
  }

  async function visit(server: FrameServer, width = 1280, height = 800): Promise<void> {
    page = await browser.newPage({ viewport: { width, height } });
    problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).host !== new URL(server.url).host) {
        problems.push(`asked for ${request.url()}`);
      }
    });
    await page.goto(server.url);
  }

  const text = (selector: string) => page.locator(selector).first().textContent();

  /** The middle pixel of a stream's canvas. */
  function pixel(stream: string): Promise<number[]> {
    const [name, crops] = stream.split('-');
    return page.evaluate(
      (selector) => {
        const canvas = document.querySelector<HTMLCanvasElement>(selector);
        const context = canvas?.getContext('2d');
        if (!canvas || !context) return [];
        return [...context.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data.slice(0, 3)];
      },
      `[data-stream="${name}"] .${crops ?? 'screen'} canvas`,
    );
  }

  it('shows every stream in its pane, live, with its counts', async () => {
    let step = 10;
    const server = await session(
      {
        status: () => ({
          engine: 'onnx',
          version: 4,
          training: {
            step: step++,
            stepsPerSecond: 11.5,
            phase: 'adversarial',
            losses: { discriminator: 0.7, refiner: 0.9 },
            accuracy: { real: 0.6, refined: 0.55 },
            change: 0.05,
            state: 'diverged',
            message: 'diverged: lower learningRate.',
            trouble: true,
            heldOut: { twoSample: { refined: 0.95, synthetic: 0.96 } },
            brakes: { skipped: 3, rollbacks: 1, paused: null },
          },
        }),
        history: () => ({
          reports: [1, 2, 3].map((at) => ({
            step: at,
            losses: { discriminator: at, refiner: 1 },
            accuracy: { real: 0.9, refined: 0.8 },
            change: 0.01,
          })),
        }),
      },
      { version: 4, refined: true },
    );
    await visit(server);
    await page.waitForFunction(
      (count) =>
        Array.from(document.querySelectorAll('.facts')).filter(({ textContent }) =>
          /[1-9].*fps/.test(textContent ?? ''),
        ).length === count,
      3,
    );
    expect(await page.locator('figure h2').allTextContents()).toEqual(['Synthetic', 'Refined', 'Real']);
    for (const stream of streams) {
      const seen = (await pixel(stream)).map((value) => (value > 120 ? 250 : 0));
      expect(seen, stream).toEqual(COLOURS[stream]);
    }
    const before = await pixel('refined');
    await expect.poll(() => pixel('refined')).not.toEqual(before);
    const number = (name: string) => text(`[data-number="${name}"]`);
    await expect.poll(() => number('version')).toBe('version 4');
    const first = Number(await number('step'));
    await expect.poll(async () => Number(await number('step'))).toBeGreaterThan(first);
    await expect.poll(() => number('latency')).toMatch(/^\d+ \/ \d+ ms$/);
    expect(await number('fps-in')).toMatch(/^\d+\.\d \+ \d+\.\d$/);
    expect(await number('rate')).toBe('11.5 steps/s');
    expect(await number('phase')).toBe('adversarial');
    expect(await number('engine')).toBe('onnx');
    expect(await number('viewers')).toBe('1');
    expect(await number('memory')).toMatch(/MiB$/);
    expect(await page.locator('.chart canvas').count()).toBe(4);
    expect(await page.locator('#chart-losses .u-series').allTextContents()).toEqual([
      expect.stringContaining('step'),
      expect.stringMatching(/discriminator.*0\.700/),
      expect.stringMatching(/refiner.*0\.900/),
    ]);
    expect(await page.locator('#chart-accuracy .u-series').allTextContents()).toEqual([
      expect.any(String),
      expect.stringMatching(/on real.*0\.600/),
      expect.stringMatching(/on refined.*0\.550/),
    ]);
    expect(await page.locator('#chart-two-sample .u-series').allTextContents()).toEqual([
      expect.any(String),
      expect.stringMatching(/refined.*0\.950/),
      expect.stringMatching(/raw.*0\.960/),
    ]);
    expect(await text('#learning')).toBe('diverged lower learningRate.');
    expect(await page.locator('#learning').getAttribute('data-trouble')).toBe('true');
    expect(await number('safeguards')).toBe('3 refused, 1 rolled back');
    expect(await page.locator('.badge:visible').count()).toBe(0);
    expect(await page.locator('#notice').isVisible()).toBe(false);
    expect(await text('#connection')).toBe('Live');
    expect(problems).toEqual([]);
  });

  it('shows when frames pass through unrefined and when training has not started', async () => {
    const server = await session({ status: () => ({ training: { step: 0, phase: 'filling' } }) }, { refined: false });
    await visit(server);
    await page.locator('.badge:visible').waitFor();
    expect(await page.locator('.badge:visible').allTextContents()).toEqual(['unrefined']);
    await page.locator('#notice:visible').waitFor();
    expect(await text('#notice')).toContain('Training has not started yet (filling)');
    expect(await page.locator('#learning').isVisible()).toBe(false);
    expect(await text('#chart-losses')).toBe('Nothing reported yet');
    expect(problems).toEqual([]);
  });

  it('shows a dash for values that were not measured', async () => {
    const server = await session({ streams: ['eyes'] });
    await visit(server);
    await expect.poll(() => text('[data-number="memory"]')).toMatch(/MiB/);
    for (const name of ['fps-in', 'fps-out', 'latency', 'step', 'rate', 'phase', 'version', 'engine']) {
      expect(await text(`[data-number="${name}"]`), name).toBe('–');
    }
    expect(await page.locator('figure h2').allTextContents()).toEqual(['Eyes']);
    expect(await text('.screen .empty')).toBe('No frame yet');
    expect(problems).toEqual([]);
  });

  it('shows when the connection is lost, and reconnects', async () => {
    const first = await session();
    await visit(first);
    await expect.poll(() => text('#connection')).toBe('Live');
    await first.close();
    await page.locator('#connection[data-state="lost"]').waitFor();
    await page.locator('#notice:visible').waitFor();
    await session({ port: Number(new URL(first.url).port) });
    await page.locator('#connection[data-state="open"]').waitFor();
    await page.locator('#notice').waitFor({ state: 'hidden' });
    const before = await pixel('real');
    await expect.poll(() => pixel('real')).not.toEqual(before);
  });

  it.each([
    [1280, 800],
    [390, 844],
  ])('fits %i×%i and names what it shows', async (width, height) => {
    const server = await session();
    await visit(server, width, height);
    await expect.poll(() => text('#connection')).toBe('Live');
    await page.locator('figure').nth(2).waitFor();
    const measures = await page.evaluate(() => ({
      overflow: document.documentElement.scrollWidth - window.innerWidth,
      unnamed: Array.from(document.querySelectorAll('figure canvas, button')).filter(
        (element) => !element.ariaLabel && !element.textContent,
      ).length,
      language: document.documentElement.lang,
    }));
    expect(measures).toEqual({ overflow: 0, unnamed: 0, language: 'en' });
  });

  it('sends this browser’s camera when the session takes one', async () => {
    const server = await session({ streams: ['real'] });
    await visit(server);
    await expect.poll(() => text('#connection')).toBe('Live');
    expect(await page.locator('#camera').isDisabled()).toBe(true);
    const frames: Frame[] = [];
    const subscription = fromBrowser(server).subscribe((frame) => frames.push(frame));
    await page.locator('#camera:enabled').click();
    await until(() => frames.length >= 10);
    const [first, ...later] = frames as [Frame, ...Frame[]];
    expect(first).toMatchObject({ width: 640, height: 480, source: expect.stringMatching(/^browser:/) });
    expect(first.data).toHaveLength(640 * 480 * 3);
    expect(later.some(({ data }) => !Buffer.from(data).equals(Buffer.from(first.data)))).toBe(true);
    await expect.poll(() => text('#camera-state')).toMatch(/^Camera 640×480, \d+\.\d fps sent$/);
    subscription.unsubscribe();
    await expect.poll(() => text('#camera-state'), { timeout: 10_000 }).toContain('no picture requested');
    await page.locator('#camera').click();
    await until(() => server.cameras.length === 0);
    expect(await page.locator('#camera').getAttribute('aria-pressed')).toBe('false');
    expect(problems).toEqual([]);
  });
});

describe('pageFolder', () => {
  it('is where the page is', async () => {
    const server = await openFrameServer({ streams: ['a'], port: 0, page: pageFolder() });
    const html = await (await fetch(server.url)).text();
    expect(html).toContain('<title>irisflow</title>');
    const parts = [...html.matchAll(/(?:href|src)="([a-z.]+)"/g)].map(([, name]) => name);
    expect(parts).toEqual(['uplot.css', 'style.css', 'main.js']);
    for (const name of [...parts, 'uplot.js']) expect((await fetch(`${server.url}/${name}`)).status, name).toBe(200);
    await server.close();
  });
});
