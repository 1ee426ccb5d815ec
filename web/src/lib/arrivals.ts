/** Answers that arrive one soon after the other are shown together: one picture is painted instead of eight. */

/** Whoever has been awaited for longer is slow: nobody waits for it. */
const SLOW = 120;
/** The first of those that arrive waits for the others no longer than this. */
const PATIENCE = 60;

const awaited = new Set<{ since: number }>();
const arrived: (() => void)[] = [];
const waiting = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Say that an answer is awaited; what is returned is to be called once it is there, with what shows it. */
export function awaiting(): (show: () => void) => void {
  const own = { since: performance.now() };
  awaited.add(own);
  return (show) => {
    awaited.delete(own);
    arrived.push(show);
    const now = performance.now();
    if ([...awaited].some(({ since }) => now - since < SLOW)) timer ??= setTimeout(showAll, PATIENCE);
    else showAll();
  };
}

/** Wait until what has been asked for is shown, but no longer than so many milliseconds. */
export async function allShown(most: number): Promise<void> {
  if (awaited.size) await new Promise<void>((resolve) => (waiting.add(resolve), setTimeout(resolve, most)));
}

function showAll(): void {
  clearTimeout(timer);
  timer = undefined;
  for (const show of arrived.splice(0)) show();
  if (awaited.size) return;
  for (const resolve of waiting) resolve();
  waiting.clear();
}
