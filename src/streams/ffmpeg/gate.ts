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

/** Waits until nobody holds it; for ever where that never comes. The source is asked again in a turn of its own. */
export async function opened(gate: Gate): Promise<void> {
  while (gate.held) {
    await new Promise<void>((open) => {
      gate.onRelease = () => process.nextTick(open);
    });
  }
}
