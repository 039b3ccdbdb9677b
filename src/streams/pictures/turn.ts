/** Runs tasks one after the other. */
export class Turn {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs the task when those before it have ended, however they ended. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
