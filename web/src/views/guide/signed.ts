/** Numbers in a chapter's formulas, coloured by their sign. */

import { number } from "$lib/preferences.svelte";

/** A number for a formula; brackets keep its minus apart from other signs. */
export function signed(value: number, bracketed = true): string {
  const text = number(value).replace("−", "-");
  const inside = value < 0 && bracketed ? `(${text})` : text;
  return `\\${value < 0 ? "minus" : "plus"}{${inside}}`;
}
