/** What `pellucid compare` measured: accuracy over the number of examples learned from. */

import kept from "./classic.json";

export interface Contender {
  name: string;
  /** In per cent, for each of the amounts; null where it was not measured. */
  scores: readonly (number | null)[];
  /** Whether it was the best, cannot be told from the best (the difference may be chance), or is behind. */
  places: readonly Place[];
}

export type Place = "best" | "tie" | "behind";

export const COMMAND: string = kept.command;
export const AMOUNTS: readonly number[] = kept.amounts;
export const CONTENDERS: readonly Contender[] = kept.contenders as readonly Contender[];
export const NETWORK = "network";

/** The place of the first amount from which on a contender is the best of all; −1 where there is none. */
export function aheadFrom(name: string, contenders: readonly Pick<Contender, "name" | "scores">[] = CONTENDERS): number {
  const own = contenders.find((each) => each.name === name)?.scores ?? [];
  const leads = own.map((score, place) =>
    score !== null &&
    contenders.every((each) => each.name === name || (each.scores[place] ?? Number.NEGATIVE_INFINITY) < score),
  );
  const lastBehind = leads.lastIndexOf(false);
  return lastBehind === leads.length - 1 ? -1 : lastBehind + 1;
}

/** Those that cannot be told from the best at an amount. */
export function tied(place: number): string[] {
  return CONTENDERS.filter(({ places }) => places[place] === "tie").map(({ name }) => name);
}
