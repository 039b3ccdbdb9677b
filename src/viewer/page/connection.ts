/** The WebSocket to the frame server: one frame of a stream in flight, and back again when it is lost. */
import { decodeMessage, type FrameHeader } from './protocol.js';
import { Backoff } from './retry.js';

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'lost'; readonly why: string; readonly retryInMs: number };

export interface ConnectionEvents {
  state(state: ConnectionState): void;
  /** Names of the streams that will come. */
  streams(names: readonly string[]): void;
  /** Resolves when the frame has been drawn: only then is the next one asked for. */
  frame(header: FrameHeader, jpeg: Blob): Promise<void>;
}

/** Connects, and connects again for as long as the page is there. A hidden page asks for nothing. */
export function connect(events: ConnectionEvents): void {
  const backoff = new Backoff();
  open();

  function open(): void {
    events.state({ kind: 'connecting' });
    const address = new URL('ws', location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    let owed = 0;

    const ask = (frames: number) => {
      owed += frames;
      if (owed === 0 || document.hidden || socket.readyState !== WebSocket.OPEN) return;
      socket.send(JSON.stringify({ credit: owed }));
      owed = 0;
    };
    const shown = () => ask(0);
    document.addEventListener('visibilitychange', shown);

    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') {
        const { streams } = JSON.parse(data) as { streams: string[] };
        backoff.reset();
        events.state({ kind: 'open' });
        events.streams(streams);
        ask(streams.length);
        return;
      }
      const { header, jpeg } = decodeMessage(data);
      events.frame(header, jpeg).then(
        () => ask(1),
        () => ask(1),
      );
    });
    socket.addEventListener('close', ({ code, reason }) => {
      document.removeEventListener('visibilitychange', shown);
      const wait = backoff.next();
      events.state({ kind: 'lost', why: reason || closeReason(code), retryInMs: wait });
      setTimeout(open, wait);
    });
  }
}

function closeReason(code: number): string {
  return code === 1006 ? 'no answer' : `closed with code ${code}`;
}
