/** Makes the hold that a source which can wait puts on its frames. */
import type { Flow } from '../frame.js';

/**
 * A {@link Flow} for a source. Any number of owners may hold it; the same owner holding twice counts once, and releasing
 * what it does not hold does nothing.
 *
 * @param onHold called when the first owner holds: stop reading
 * @param onRelease called when the last owner lets go: read on. It may deliver frames before it returns.
 */
export function createFlow(onHold: () => void, onRelease: () => void): Flow {
  const owners = new Set<object>();
  return {
    hold(owner) {
      const first = owners.size === 0;
      owners.add(owner);
      if (first) onHold();
    },
    release(owner) {
      if (owners.delete(owner) && owners.size === 0) onRelease();
    },
  };
}
