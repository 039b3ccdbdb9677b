/** What an operator does about failures that do not end its stream at once: they are reported, and too many in a row end it. */
import { IrisflowError, messageOf } from '../errors.js';
import { integerOption } from './options.js';

/** Options of operators whose work may fail on a value without ending the stream. */
export interface FailureOptions {
  /**
   * Called with each failure. Default: the first failure of a series is a warning of the process (`process.emitWarning`, type
   * `IrisflowWarning`), which Node prints.
   */
  readonly onFailure?: (error: unknown) => void;
  /** The stream errors when so many values in a row have failed. `Infinity`: never. */
  readonly maxFailures?: number;
}

/** Counts the failures of one subscription. */
export class FailureWatch {
  readonly #limit: number;
  readonly #onFailure: FailureOptions['onFailure'];
  #inARow = 0;

  /**
   * @param work what fails, for messages, such as `a training step`
   * @param limit the limit where the options name none
   * @throws IrisflowError `USAGE` for a limit out of its range
   */
  constructor(
    private readonly work: string,
    { onFailure, maxFailures }: FailureOptions,
    limit: number,
  ) {
    this.#onFailure = onFailure;
    const given = maxFailures ?? limit;
    this.#limit = given === Number.POSITIVE_INFINITY ? given : integerOption('maxFailures', given, 1);
  }

  succeeded(): void {
    this.#inARow = 0;
  }

  /** Reports a failure. Throws when it is the last one of too many in a row. */
  failed(error: unknown): undefined {
    this.#inARow++;
    if (this.#onFailure) this.#onFailure(error);
    else if (this.#inARow === 1) process.emitWarning(`${this.work} failed: ${messageOf(error)}`, 'IrisflowWarning');
    if (this.#inARow < this.#limit) return undefined;
    const code = error instanceof IrisflowError ? error.code : 'MODEL';
    const message = `${this.work} failed ${this.#inARow} times in a row, the last time because: ${messageOf(error)}`;
    throw new IrisflowError(code, message, { cause: error });
  }
}
