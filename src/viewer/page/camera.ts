/** Sends pictures of this browser's camera to the server, as many as its credit allows. */
import { Rate } from './rate.js';
import { Backoff } from './retry.js';

export type CameraSenderState =
  | { readonly kind: 'off' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'connecting' }
  /** Connected, and the server has given no credit recently. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'sending'; readonly width: number; readonly height: number; readonly fps: number }
  | { readonly kind: 'failed'; readonly why: string };

const CONSTRAINTS: MediaStreamConstraints = {
  video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } },
  audio: false,
};
const JPEG_QUALITY = 0.92;
const REPORT_MS = 1000;

export class CameraSender {
  readonly #id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(36)).join('');
  readonly #video = document.createElement('video');
  readonly #canvas = document.createElement('canvas');
  readonly #context = this.#canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D;
  readonly #backoff = new Backoff();
  #rate = new Rate();
  #stream: MediaStream | undefined;
  #socket: WebSocket | undefined;
  #credit = 0;
  #encoding = false;
  #reporting: number | undefined;
  #retrying: number | undefined;

  constructor(private readonly report: (state: CameraSenderState) => void) {
    this.#video.muted = true;
    this.#video.playsInline = true;
  }

  get on(): boolean {
    return this.#stream !== undefined;
  }

  async start(): Promise<void> {
    this.report({ kind: 'asking' });
    try {
      if (!navigator.mediaDevices) throw new Error('a browser gives cameras only to https pages and to localhost');
      const stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
      this.#stream = stream;
      for (const track of stream.getTracks())
        track.addEventListener('ended', () => this.#fail('the camera has stopped'));
      this.#video.srcObject = stream;
      await this.#video.play();
    } catch (error) {
      this.#fail(explain(error));
      return;
    }
    this.#connect();
    this.#onNextPicture();
    this.#reporting = window.setInterval(() => this.#reportSending(), REPORT_MS);
  }

  stop(): void {
    this.#release();
    this.report({ kind: 'off' });
  }

  #fail(why: string): void {
    this.#release();
    this.report({ kind: 'failed', why });
  }

  #release(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.#video.srcObject = null;
    clearInterval(this.#reporting);
    clearTimeout(this.#retrying);
    this.#socket?.close();
    this.#socket = undefined;
  }

  #connect(): void {
    this.report({ kind: 'connecting' });
    const address = new URL(`ws/camera?id=${this.#id}`, location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#credit = 0;
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      this.#backoff.reset();
      const { credit } = JSON.parse(data) as { credit?: number };
      if (credit === undefined) this.report({ kind: 'waiting' });
      else this.#credit += credit;
    });
    socket.addEventListener('close', () => {
      if (this.#socket === socket) this.#retrying = window.setTimeout(() => this.#connect(), this.#backoff.next());
    });
  }

  /** Sends once for each new camera picture where the browser supports that callback, otherwise once for each screen refresh. */
  #onNextPicture(): void {
    if (!this.#stream) return;
    const picture = () => {
      this.#send();
      this.#onNextPicture();
    };
    if ('requestVideoFrameCallback' in this.#video) this.#video.requestVideoFrameCallback(picture);
    else requestAnimationFrame(picture);
  }

  #send(): void {
    const socket = this.#socket;
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (this.#credit < 1 || this.#encoding || socket?.readyState !== WebSocket.OPEN || width === 0) return;
    this.#credit--;
    this.#encoding = true;
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#context.drawImage(this.#video, 0, 0);
    this.#canvas.toBlob(
      (jpeg) => {
        this.#encoding = false;
        if (!jpeg || socket.readyState !== WebSocket.OPEN) return;
        socket.send(jpeg);
        this.#rate.add();
      },
      'image/jpeg',
      JPEG_QUALITY,
    );
  }

  #reportSending(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) this.report({ kind: 'connecting' });
    else {
      const fps = this.#rate.perSecond();
      const { width, height } = this.#canvas;
      this.report(fps > 0 ? { kind: 'sending', width, height, fps } : { kind: 'waiting' });
    }
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'NotAllowedError') return 'the browser was not allowed to use the camera';
  if (error.name === 'NotFoundError') return 'there is no camera';
  if (error.name === 'NotReadableError') return 'another program uses the camera';
  return error.message;
}
