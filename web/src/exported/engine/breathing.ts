/** Long computations let the page answer in between, and end where nobody waits any more. */

export type Breathe = () => Promise<void>;

const MILLISECONDS = 30;

/** To be awaited now and then: goes on at once, or, after a while, once the page had its turn. */
export function breathing(signal?: AbortSignal | null): Breathe {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < MILLISECONDS) return;
    await new Promise((go) => setTimeout(go, 0));
    signal?.throwIfAborted();
    last = performance.now();
  };
}
