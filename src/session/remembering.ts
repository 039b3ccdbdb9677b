/** When a session writes down what it reads. */
import { type Observable, take } from 'rxjs';
import { lastingInputs } from '../inputs/remembered-inputs.js';
import type { RunInputs } from '../inputs/run-inputs.js';
import type { RecipeConfig, StepReport } from '../models/types.js';
import type { RunFolder } from '../runs/run-folder.js';

/**
 * Writes `config.json` with the first step that is made of the inputs, and from then on whatever is given to the returned function. A
 * session whose inputs bring nothing leaves the config of the run as it was.
 */
export function remembering(
  folder: RunFolder,
  config: RecipeConfig,
  inputs: RunInputs,
): {
  readonly note: (inputs: RunInputs) => void;
  begin(reports: Observable<StepReport>, fail: (error: unknown) => void): void;
} {
  let latest = inputs;
  let begun = false;
  const write = () => folder.writeConfig({ config, ...lastingInputs(latest) });
  return {
    note(read) {
      latest = read;
      if (begun) write();
    },
    begin(reports, fail) {
      const first = () => {
        begun = true;
        try {
          write();
        } catch (error) {
          fail(error);
        }
      };
      // How the reports end is for others to say.
      reports.pipe(take(1)).subscribe({ next: first, error: () => undefined });
    },
  };
}
