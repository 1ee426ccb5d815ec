/** Answers that never change, such as how well a finished model does on rows: the newest few are kept. */

import { ask } from "./server";

const MOST = 12;

const kept = new Map<string, Promise<unknown>>();

/** Ask, unless the same was asked lately. An answer that fails is asked for anew. */
export function remembered<Answer>(path: string): Promise<Answer> {
  const answer = (kept.get(path) as Promise<Answer> | undefined) ?? ask<Answer>(path);
  kept.delete(path);
  kept.set(path, answer);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST) break;
    kept.delete(oldest);
  }
  answer.catch(() => {
    if (kept.get(path) === answer) kept.delete(path);
  });
  return answer;
}
