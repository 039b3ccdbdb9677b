/** The connection of one browser's camera: receives JPEGs, keeps the newest one waiting, and delivers decoded frames. */

import sharp from 'sharp';
import type { WebSocket } from 'ws';
import { IrisflowError, messageOf } from '../../errors.js';
import type { Frame } from '../../frame.js';
import { frameTime } from '../../frame.js';
import { refusedJpeg } from '../pictures/format.js';
import type { Turn } from '../pictures/turn.js';
import { PROTOCOL_VERSION, startsAsJpeg } from './protocol.js';
import type { CameraState } from './state.js';

/** Pictures that a camera may have in flight: one is decoded while the next one is transferred or waits, so none is dropped. */
const CREDIT = 2;
/** Decoding is aborted after this time, because only a malicious picture takes longer. */
const DECODE_TIMEOUT_S = 2;

export class BrowserCamera {
  #wanted = false;
  #credit = 0;
  #waiting: { readonly jpeg: Buffer; readonly time: number; readonly sequence: number } | undefined;
  #decoding = false;
  #in = 0;
  #out = 0;
  #dropped = 0;
  #failed = 0;
  #lastFailure: string | undefined;

  constructor(
    readonly id: string,
    private readonly socket: WebSocket,
    private readonly maxPixels: number,
    /** Cameras decode one after the other, so that threads are left to encode for viewers. */
    private readonly turn: Turn,
    /** Delivers a frame; returns false where it has no receiver any more. */
    private readonly deliver: (camera: BrowserCamera, frame: Frame) => boolean,
  ) {
    socket.send(JSON.stringify({ protocol: PROTOCOL_VERSION, camera: id }));
    socket.on('message', (data, binary) => this.#receive(data as Buffer, binary));
    // Messages over the limit and protocol errors are counted here; ws then closes the socket (with 1009 or 1002).
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!error.code?.startsWith('WS_ERR_')) return;
      this.#in++;
      this.#refuse(error.message);
    });
  }

  get state(): CameraState {
    return {
      id: this.id,
      in: this.#in,
      out: this.#out,
      dropped: this.#dropped,
      failed: this.#failed,
      inFlight: (this.#waiting ? 1 : 0) + (this.#decoding ? 1 : 0),
      ...(this.#lastFailure !== undefined && { lastFailure: this.#lastFailure }),
    };
  }

  /** Whether the camera has receivers; without any it gets no credit. */
  set wanted(wanted: boolean) {
    this.#wanted = wanted;
    this.#grantCredit();
  }

  close(code: number, reason: string): void {
    this.#wanted = false;
    this.socket.close(code, reason);
  }

  #receive(data: Buffer, binary: boolean): void {
    const sequence = this.#in++;
    this.#credit = Math.max(0, this.#credit - 1);
    if (!binary) {
      this.#refuse('a camera sends binary messages only');
      this.socket.close(1008, 'a camera sends binary messages only');
    } else if (!startsAsJpeg(data)) {
      // Only JPEGs may reach the decoder, because sharp reads formats that can refer to files.
      this.#refuse('not a JPEG (it does not begin with FF D8 FF)');
      this.#grantCredit();
    } else if (!this.#wanted) {
      this.#dropped++;
    } else {
      if (this.#waiting) this.#dropped++;
      this.#waiting = { jpeg: data, time: frameTime(), sequence };
      this.#next();
    }
  }

  #next(): void {
    if (this.#decoding || !this.#waiting) return;
    const { jpeg, time, sequence } = this.#waiting;
    this.#waiting = undefined;
    this.#decoding = true;
    this.turn
      .run(() => decode(jpeg, this.maxPixels))
      .then(
        (picture) => {
          const frame = { ...picture, time, sequence, source: `browser:${this.id}` };
          this.#decoding = false;
          if (this.#wanted && this.deliver(this, frame)) this.#out++;
          else this.#dropped++;
        },
        (error) => {
          this.#decoding = false;
          this.#refuse(messageOf(error));
        },
      )
      .finally(() => {
        this.#next();
        this.#grantCredit();
      });
  }

  #refuse(why: string): void {
    this.#failed++;
    this.#lastFailure = why;
  }

  #grantCredit(): void {
    const { inFlight } = this.state;
    const missing = CREDIT - this.#credit - inFlight;
    if (!this.#wanted || missing <= 0 || this.socket.readyState !== this.socket.OPEN) return;
    this.#credit += missing;
    this.socket.send(JSON.stringify({ credit: missing }));
  }
}

async function decode(jpeg: Buffer, limitInputPixels: number): Promise<Pick<Frame, 'data' | 'width' | 'height'>> {
  const refused = refusedJpeg(jpeg, limitInputPixels);
  if (refused) throw new IrisflowError('PROTOCOL', `the picture is refused: ${refused}`);
  const { data, info } = await sharp(jpeg, { limitInputPixels, failOn: 'error', ignoreIcc: true })
    .timeout({ seconds: DECODE_TIMEOUT_S })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new IrisflowError('PROTOCOL', `a JPEG of ${info.channels} channels is no RGB picture`);
  return {
    data: new Uint8Array(data.buffer, data.byteOffset, data.length),
    width: info.width,
    height: info.height,
  };
}
