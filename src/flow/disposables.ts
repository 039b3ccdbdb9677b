/** A list of things to close, in reverse order of opening. */

/**
 * Things to close when a session ends or fails to start. {@link Disposables.dispose} closes all of them, the last added first,
 * even where one fails, and then rejects with the first failure.
 */
export class Disposables {
  private readonly disposers: (() => Promise<void> | void)[] = [];

  add(dispose: () => Promise<void> | void): void {
    this.disposers.push(dispose);
  }

  async dispose(): Promise<void> {
    const failures: unknown[] = [];
    for (const dispose of this.disposers.splice(0).reverse()) {
      try {
        await dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
