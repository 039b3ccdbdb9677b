/** The browsers' cameras of a server, and the receivers of their frames. */
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Frame } from '../../frame.js';
import { Turn } from '../pictures/turn.js';
import { BrowserCamera } from './browser-camera.js';
import type { CameraReceiver, CameraState } from './state.js';

/** The pattern of camera ids. */
export const CAMERA_ID = /^[A-Za-z0-9_-]{1,64}$/;

export class CameraHub {
  /** Cameras by id, in the order of connection. */
  readonly #cameras = new Map<string, BrowserCamera>();
  readonly #receivers = new Set<CameraReceiver>();
  readonly #turn = new Turn();
  #refusedByDisconnected = 0;
  #closed = false;

  constructor(private readonly maxPixels: number) {}

  get size(): number {
    return this.#cameras.size;
  }

  get states(): readonly CameraState[] {
    return [...this.#cameras.values()].map(({ state }) => state);
  }

  /** Number of refused pictures, including those of disconnected cameras. */
  get refused(): number {
    return this.states.reduce((sum, { failed }) => sum + failed, this.#refusedByDisconnected);
  }

  /** Whether there is a receiver for cameras' frames. */
  get wanted(): boolean {
    return this.#receivers.size > 0;
  }

  accept(socket: WebSocket, query: URLSearchParams): void {
    const id = query.get('id') ?? randomUUID();
    if (!CAMERA_ID.test(id)) {
      socket.close(1008, 'a camera id has 1 to 64 letters, digits, "-" and "_"');
      return;
    }
    // This is probably the same page after a reconnect, whose old connection has not been detected as lost yet.
    this.#cameras.get(id)?.close(1008, 'replaced by a newer connection of the same id');
    this.#cameras.delete(id);
    const camera = new BrowserCamera(id, socket, this.maxPixels, this.#turn, (from, frame) =>
      this.#deliver(from, frame),
    );
    this.#cameras.set(id, camera);
    socket.on('close', () => {
      camera.wanted = false;
      if (this.#cameras.get(id) === camera) this.#cameras.delete(id);
      this.#refusedByDisconnected += camera.state.failed;
      this.#update();
    });
    this.#update();
  }

  /** Sends frames to `receiver` until the returned function is called. */
  watch(receiver: CameraReceiver): () => void {
    if (this.#closed) {
      receiver.complete();
      return () => {};
    }
    this.#receivers.add(receiver);
    this.#update();
    return () => {
      this.#receivers.delete(receiver);
      this.#update();
    };
  }

  close(): void {
    this.#closed = true;
    for (const camera of this.#cameras.values()) camera.close(1001, 'the server is closing');
    for (const receiver of [...this.#receivers]) receiver.complete();
    this.#receivers.clear();
  }

  #chosenBy({ id }: CameraReceiver): BrowserCamera | undefined {
    return id === undefined ? [...this.#cameras.values()].at(-1) : this.#cameras.get(id);
  }

  #update(): void {
    const chosen = new Set([...this.#receivers].map((receiver) => this.#chosenBy(receiver)));
    for (const camera of this.#cameras.values()) camera.wanted = chosen.has(camera);
  }

  #deliver(camera: BrowserCamera, frame: Frame): boolean {
    const receivers = [...this.#receivers].filter((receiver) => this.#chosenBy(receiver) === camera);
    for (const receiver of receivers) receiver.next(frame);
    return receivers.length > 0;
  }
}
