/** ONNX Runtime 1.29 and later reports its use to its maker unless told not to; a program that sees cameras must not. */

/**
 * Keeps ONNX Runtime from opening any connection, unless the user has set `ORT_DISABLE_TELEMETRY` themselves. It is read once,
 * when the native library is loaded, from the real environment of the process: the `process.env` of a worker thread is a copy,
 * so the thread that starts workers has to call this before they load the library.
 */
export function keepPrivate(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
