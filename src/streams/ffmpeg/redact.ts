/** Takes passwords out of addresses before they reach a message, a log or a frame. */

/** Replaces `user:password@` in every address of a text by `***@`. */
export function redact(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/'"]+@/gi, '$1***@');
}
