/** Answers that never change, such as how well a finished model does on rows: the newest few are kept. */

import { Loaded } from "./loaded.svelte";
import { ask } from "./server";

const MOST = 12;

interface Kept {
  answer: Promise<unknown>;
  /** Once it has come. */
  found?: { value: unknown };
}
const kept = new Map<string, Kept>();

/** Ask, unless the same was asked lately. An answer that fails is asked for anew. */
export function remembered<Answer>(path: string): Promise<Answer> {
  const one: Kept = kept.get(path) ?? { answer: ask<Answer>(path) };
  kept.delete(path);
  kept.set(path, one);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST) break;
    kept.delete(oldest);
  }
  one.answer.then(
    (value) => (one.found = { value }),
    () => {
      if (kept.get(path) === one) kept.delete(path);
    },
  );
  return one.answer as Promise<Answer>;
}

/** An answer that never changes and follows what is asked; one that is at hand is there at once. */
export class Remembered<Answer> extends Loaded<Answer> {
  follow(path: string | null): void {
    if (path === null) return this.ask(null);
    const answer = remembered<Answer>(path);
    const found = kept.get(path)?.found;
    if (found) this.take(path, found.value as Answer);
    else this.ask(path, () => answer);
  }
}
