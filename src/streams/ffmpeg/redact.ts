/** Takes passwords out of addresses before they reach a message, a log or a frame. */

/** Stands for a user's name and password. */
const HIDDEN = '***@';

/** Replaces `user:password@` in every address of a text by `***@`. */
export function redact(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/'"]+@/gi, `$1${HIDDEN}`);
}

/** Whether a password was taken out of an address. */
export function isRedacted(address: string): boolean {
  return address.includes(`://${HIDDEN}`);
}
