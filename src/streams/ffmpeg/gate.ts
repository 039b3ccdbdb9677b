/** The source's side of back-pressure: whether consumers hold it. */
import { createFlow } from '../../flow/hold.js';
import type { Flow } from '../../frame.js';

/** A gate of a source: while it is `held`, the source stops reading. */
export interface Gate {
  readonly flow: Flow;
  readonly held: boolean;
  /** Set by the source; called when the last hold is released. */
  onRelease: () => void;
}

/** Creates a gate that is not held. */
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

/** Resolves when the gate is not held, after the consumer that releases it has returned. */
export async function opened(gate: Gate): Promise<void> {
  while (gate.held) {
    await new Promise<void>((open) => {
      gate.onRelease = () => process.nextTick(open);
    });
  }
}
