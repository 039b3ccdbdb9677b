/** What has to be closed again, in one place. */

/**
 * What must be closed when a session ends or does not come to be: the last opened first, every one of them, also where another
 * fails. Then {@link Disposables.dispose} rejects with the first failure.
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
