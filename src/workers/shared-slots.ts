/** Shared memory for pictures that cross into a worker thread: copied in once, read there in place, reused. */

/** A pool of shared buffers. It grows to the largest number of pictures in flight and no further. */
export class SharedSlots {
  private readonly free: SharedArrayBuffer[] = [];

  /** A buffer of at least `bytes` bytes, the caller's own until {@link give}n back. */
  take(bytes: number): SharedArrayBuffer {
    const index = this.free.findIndex((slot) => slot.byteLength >= bytes);
    if (index >= 0) return this.free.splice(index, 1)[0];
    this.free.pop();
    return new SharedArrayBuffer(bytes);
  }

  give(slot: SharedArrayBuffer): void {
    this.free.push(slot);
  }
}
