/** The hold that consumers have on a source that can wait, seen from the source. */
import { createFlow } from '../../flow/hold.js';
import type { Flow } from '../../frame.js';

/** While `held`, its source reads nothing more. */
export interface Gate {
  readonly flow: Flow;
  readonly held: boolean;
  /** Set by the source; called when the last hold is released. */
  onRelease: () => void;
}

/** Makes an open gate. */
export function createGate(): Gate {
  const state = { held: false };
  const gate: Gate = {
    flow: createFlow(
      () => {
        state.held = true;
      },
      () => {
        state.held = false;
        gate.onRelease();
      },
    ),
    get held() {
      return state.held;
    },
    onRelease: () => {},
  };
  return gate;
}
