/** What `pellucid compare` measured: accuracy over the number of examples learned from. */

import kept from "./classic.json";

export interface Contender {
  name: string;
  /** In per cent, for each of the amounts; null where it was not measured. */
  scores: readonly (number | null)[];
}

export const COMMAND: string = kept.command;
export const AMOUNTS: readonly number[] = kept.amounts;
export const CONTENDERS: readonly Contender[] = kept.contenders;
export const NETWORK = "network";

/** The place of the first amount from which on a contender is the best of all; −1 where there is none. */
export function aheadFrom(name: string, contenders: readonly Contender[] = CONTENDERS): number {
  const own = contenders.find((each) => each.name === name)?.scores ?? [];
  const leads = own.map((score, place) =>
    score !== null &&
    contenders.every((each) => each.name === name || (each.scores[place] ?? Number.NEGATIVE_INFINITY) < score),
  );
  const lastBehind = leads.lastIndexOf(false);
  return lastBehind === leads.length - 1 ? -1 : lastBehind + 1;
}
