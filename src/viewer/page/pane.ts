/** One column of the page: a stream's frames, its crops below, and their counts. */
import type { FrameHeader } from './protocol.js';
import { Rate } from './rate.js';
import type { StreamCounts } from './status.js';

/** Time without a frame after which the pane shows a message. */
const STALE_MS = 3000;

const CROPS = '-crops';

/** A canvas with a text over it while there is no new frame. */
class Screen {
  readonly rate = new Rate();
  #last: { readonly header: FrameHeader; readonly at: number } | undefined;
  readonly #empty: string;
  readonly #context: CanvasRenderingContext2D;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly text: HTMLElement,
  ) {
    this.#empty = text.textContent ?? '';
    this.#context = canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D;
  }

  get header(): FrameHeader | undefined {
    return this.#last?.header;
  }

  async draw(header: FrameHeader, jpeg: Blob): Promise<void> {
    const bitmap = await createImageBitmap(jpeg);
    if (this.canvas.width !== bitmap.width) this.canvas.width = bitmap.width;
    if (this.canvas.height !== bitmap.height) this.canvas.height = bitmap.height;
    this.#context.drawImage(bitmap, 0, 0);
    bitmap.close();
    this.#last = { header, at: performance.now() };
    this.rate.add();
  }

  refresh(): void {
    const age = this.#last ? performance.now() - this.#last.at : undefined;
    this.text.hidden = age !== undefined && (age < STALE_MS || document.hidden);
    this.text.classList.toggle('over', age !== undefined);
    this.text.textContent = age === undefined ? this.#empty : `No new frame for ${Math.round(age / 1000)} s`;
  }
}

class Pane {
  readonly #screen: Screen;
  readonly #crops: Screen;
  readonly #badge: HTMLElement;
  readonly #facts: HTMLElement;
  readonly #counts: HTMLElement;

  constructor(
    readonly name: string,
    root: HTMLElement,
    hasScreen: boolean,
    hasCrops: boolean,
  ) {
    root.dataset.stream = name;
    part(root, 'h2').textContent = titleOf(name);
    const [screen, crops] = ['.screen', '.crops'].map((selector) => part(root, selector)) as [HTMLElement, HTMLElement];
    screen.hidden = !hasScreen;
    crops.hidden = !hasCrops;
    part(screen, 'canvas').ariaLabel = `${titleOf(name)}, live picture`;
    part(crops, 'canvas').ariaLabel = `${titleOf(name)}, live crops`;
    this.#screen = new Screen(part(screen, 'canvas') as HTMLCanvasElement, part(screen, '.empty'));
    this.#crops = new Screen(part(crops, 'canvas') as HTMLCanvasElement, part(crops, '.empty'));
    this.#badge = part(root, '.badge');
    this.#badge.title = 'Frames pass through without refinement';
    this.#facts = part(root, '.facts');
    this.#counts = part(root, '.counts');
    this.#counts.title = 'Unwatched: frames that were not encoded because the stream had no viewers';
  }

  async draw(header: FrameHeader, jpeg: Blob): Promise<void> {
    const isCrops = header.stream !== this.name;
    await (isCrops ? this.#crops : this.#screen).draw(header, jpeg);
    if (!isCrops) this.#mark(header);
  }

  refresh(counts: StreamCounts | undefined): void {
    this.#screen.refresh();
    this.#crops.refresh();
    const header = this.#screen.header ?? this.#crops.header;
    if (header) {
      const rate = (this.#screen.header ? this.#screen : this.#crops).rate.perSecond();
      const model = header.version > 0 ? ` · model ${header.version}` : '';
      this.#facts.textContent = `${header.width}×${header.height} · ${rate.toFixed(1)} fps shown${model}`;
    }
    if (counts) {
      const { unwatched = 0 } = counts;
      const parts: [number, string][] = [
        [counts.in, 'in'],
        [counts.out, 'out'],
        [counts.dropped - unwatched, 'dropped'],
        [counts.failed, 'failed'],
        [unwatched, 'unwatched'],
      ];
      this.#counts.textContent = parts.map(([count, what]) => `${count.toLocaleString('en')} ${what}`).join(' · ');
    }
  }

  /** Marks raw frames of the refined stream as unrefined. */
  #mark({ refined }: FrameHeader): void {
    this.#badge.hidden = this.name !== 'refined' || refined;
    this.#badge.textContent = 'unrefined';
  }
}

/** All panes, created from the names of the server's streams. */
export class Panes {
  #panes: Pane[] = [];
  #names = '';

  constructor(
    private readonly root: HTMLElement,
    private readonly template: HTMLTemplateElement,
  ) {}

  /** Creates the panes. Keeps the existing ones where the streams are the same, as after a reconnection. */
  show(streams: readonly string[]): void {
    if (this.#names === streams.join()) return;
    this.#names = streams.join();
    const names = new Set(streams.map(paneOf));
    this.root.replaceChildren();
    this.#panes = [...names]
      .sort((a, b) => rank(a) - rank(b))
      .map((name) => {
        const figure = this.template.content.firstElementChild?.cloneNode(true) as HTMLElement;
        this.root.append(figure);
        return new Pane(name, figure, streams.includes(name), streams.includes(name + CROPS));
      });
  }

  async draw(header: FrameHeader, jpeg: Blob): Promise<void> {
    await this.#panes.find(({ name }) => name === paneOf(header.stream))?.draw(header, jpeg);
  }

  refresh(counts: Readonly<Record<string, StreamCounts>>): void {
    for (const pane of this.#panes) pane.refresh(counts[pane.name] ?? counts[pane.name + CROPS]);
  }
}

function paneOf(stream: string): string {
  return stream.endsWith(CROPS) ? stream.slice(0, -CROPS.length) : stream;
}

/** Order of the panes: refined between synthetic and real. */
function rank(name: string): number {
  const at = ['synthetic', 'refined', 'real'].indexOf(name);
  return at < 0 ? 3 : at;
}

function titleOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll(/[-_]/g, ' ');
}

function part(root: HTMLElement, selector: string): HTMLElement {
  return root.querySelector(selector) as HTMLElement;
}
