/** Says what becomes visible where a session is served beyond this machine. */
import { networkInterfaces } from 'node:os';
import { isLoopback } from '../streams/server/access.js';
import type { FrameServer } from '../streams/server/frame-server.js';

/** A warning in one or two sentences; `undefined` where only this machine can connect. */
export function visibility(host: string, openToAll: boolean, { url, link }: FrameServer): string | undefined {
  if (isLoopback(host)) return undefined;
  const who = openToAll
    ? 'everybody on the network who reaches this port'
    : 'everybody on the network who has the link';
  const addresses = ['0.0.0.0', '::'].includes(host)
    ? ownAddresses().map((address) => link.replace(new URL(url).hostname, address))
    : [];
  const where = addresses.length > 0 ? `. From other machines: ${addresses.join(' or ')}` : '';
  return `warning: ${who} can watch all inputs and refined pictures, read the status, and send pictures to an input "browser"; nothing is encrypted${where}`;
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}
