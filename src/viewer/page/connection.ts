/** The WebSocket to the frame server, with one frame of each stream in flight and reconnection. */
import { decodeMessage, type FrameHeader } from './protocol.js';
import { Backoff } from './retry.js';

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'lost'; readonly why: string; readonly retryInMs: number };

export interface ConnectionEvents {
  state(state: ConnectionState): void;
  /** Called with the names of the streams. */
  streams(names: readonly string[]): void;
  /** Draws a frame; the next one is requested when the promise settles. */
  frame(header: FrameHeader, jpeg: Blob): Promise<void>;
}

/** Connects and reconnects as long as the page is open. A hidden page requests no frames. */
export function connect(events: ConnectionEvents): void {
  const backoff = new Backoff();
  open();

  function open(): void {
    events.state({ kind: 'connecting' });
    const address = new URL('ws', location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    let pendingCredit = 0;

    const request = (frames: number) => {
      pendingCredit += frames;
      if (pendingCredit === 0 || document.hidden || socket.readyState !== WebSocket.OPEN) return;
      socket.send(JSON.stringify({ credit: pendingCredit }));
      pendingCredit = 0;
    };
    const onVisibilityChange = () => request(0);
    document.addEventListener('visibilitychange', onVisibilityChange);

    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') {
        const { streams } = JSON.parse(data) as { streams: string[] };
        backoff.reset();
        events.state({ kind: 'open' });
        events.streams(streams);
        request(streams.length);
        return;
      }
      const { header, jpeg } = decodeMessage(data);
      events.frame(header, jpeg).then(
        () => request(1),
        () => request(1),
      );
    });
    socket.addEventListener('close', ({ code, reason }) => {
      document.removeEventListener('visibilitychange', onVisibilityChange);
      const wait = backoff.next();
      events.state({ kind: 'lost', why: reason || closeReason(code), retryInMs: wait });
      setTimeout(open, wait);
    });
  }
}

function closeReason(code: number): string {
  return code === 1006 ? 'no answer' : `closed with code ${code}`;
}
