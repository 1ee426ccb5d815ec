/**
 * What the numbers of the page are, for whoever asks. What a term says of how a number is computed
 * is what `src/pellucid` does: whoever changes the one changes the other.
 */

import { before } from "./terms/before";
import { learning } from "./terms/learning";
import { scores } from "./terms/scores";
import { seen } from "./terms/seen";
import type { Term } from "./terms/term";
import { tested } from "./terms/tested";

const all = { ...scores, ...before, ...learning, ...seen, ...tested };

export type TermName = keyof typeof all;
export const terms: Readonly<Record<TermName, Term>> = all;

/** The term that explains a score; of several targets, names begin with the target's: `price.r2`. */
export function termOf(score: string): TermName | null {
  const name = score.slice(score.lastIndexOf(".") + 1);
  return name in scores ? (name as TermName) : null;
}

/** Around the terms. */
export const explain = {
  button: (title: string) => `Explain: ${title}`,
  here: "Here",
  lowest: (label: string) => `Class ${label}, the lowest here`,
  of: (name: string) => `Of ${name}`,
  ofErrors: "Here, of the RMSE and the standard deviation of the truths",
  chapter: (n: number, title: string) => `Chapter ${n}: ${title}`,
} as const;
