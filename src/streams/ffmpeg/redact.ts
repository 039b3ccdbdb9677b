/** Removes user names and passwords from addresses in messages, logs and frames. */

/** The replacement for a user name and password. */
const HIDDEN = '***@';

/** Replaces `user:password@` in every address of a text by `***@`. */
export function redact(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/'"]+@/gi, `$1${HIDDEN}`);
}

/** Whether an address has been redacted. */
export function isRedacted(address: string): boolean {
  return address.includes(`://${HIDDEN}`);
}
