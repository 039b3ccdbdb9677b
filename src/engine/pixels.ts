/** Converts pixels between bytes [0, 255] and the networks' range [−1, 1], that of tanh. */

/** Maps bytes to [−1, 1] (0 to −1, 255 to 1). This is not part of the graph because engines take no bytes. */
export function fromBytes(bytes: Uint8Array, target = new Float32Array(bytes.length)): Float32Array {
  for (let i = 0; i < bytes.length; i++) target[i] = (bytes[i] as number) / 127.5 - 1;
  return target;
}

/** Maps [−1, 1] to the nearest bytes and clamps values outside. The exact inverse of {@link fromBytes}. */
export function toBytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = (values[i] as number) * 127.5 + 127.5;
  return new Uint8Array(bytes.buffer);
}
