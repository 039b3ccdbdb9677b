/** Turns off the telemetry of ONNX Runtime 1.29 and later, because this library processes camera images. */

/**
 * Keeps ONNX Runtime from opening network connections, unless the user has set `ORT_DISABLE_TELEMETRY`. The native library reads
 * the variable once, when it is loaded, from the environment of the process. The `process.env` of a worker thread is a copy, so
 * the thread that starts workers must call this before they load the library.
 */
export function keepPrivate(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
