/** The hold that consumers have on a source that can wait. */
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
  const owners = new Set<object>();
  const gate = {
    flow: {
      hold: (owner: object) => void owners.add(owner),
      release: (owner: object) => {
        if (owners.delete(owner) && owners.size === 0) gate.onRelease();
      },
    },
    get held() {
      return owners.size > 0;
    },
    onRelease: () => {},
  };
  return gate;
}
