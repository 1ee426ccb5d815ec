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
    if (areAwaited()) timer ??= setTimeout(showAll, PATIENCE);
    else showAll();
  };
}

/** Wait until what was asked for just now is shown, but no longer than so many milliseconds. */
export async function allShown(most: number): Promise<void> {
  if (!areAwaited()) return;
  await new Promise<void>((resolve) => {
    const patience = setTimeout(end, most);
    function end(): void {
      clearTimeout(patience);
      waiting.delete(end);
      resolve();
    }
    waiting.add(end);
  });
}

/** Whether there are answers to wait for: none that is slow. */
function areAwaited(): boolean {
  const now = performance.now();
  return [...awaited].some(({ since }) => now - since < SLOW);
}

function showAll(): void {
  clearTimeout(timer);
  timer = undefined;
  for (const show of arrived.splice(0)) show();
  if (!areAwaited()) for (const end of [...waiting]) end();
}
