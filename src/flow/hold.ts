/** Creates the {@link Flow} by which consumers pause a source that can wait. */
import type { Flow } from '../frame.js';

/**
 * A {@link Flow} for a source. Any number of owners may hold it. An owner that holds twice counts once, and a release without a
 * hold does nothing.
 *
 * @param onHold called when the first owner holds: the source must stop reading
 * @param onRelease called when the last owner releases: the source reads on. It may deliver frames before it returns.
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
