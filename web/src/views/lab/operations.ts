/** What is done to a copy, as the person says it and as the server takes it. */

import type { LabOperation } from "$lib/messages";
import { percent } from "$lib/numbers";
import { strings } from "$lib/strings";

/** "1-4, 9" as places from 0; null for what names no units of so many. */
export function unitsOf(text: string, size: number): number[] | null {
  const found = new Set<number>();
  for (const piece of text.split(/[,;\s]+/).filter(Boolean)) {
    const [, from = "", to = from] = /^(\d+)(?:[-–](\d+))?$/.exec(piece) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (!from || first < 1 || last < first || last > size) return null;
    for (let unit = first; unit <= last; unit++) found.add(unit - 1);
  }
  return found.size ? [...found].sort((one, other) => one - other) : null;
}

export function told(operation: LabOperation, write: (value: number) => string): string {
  const words = strings.lab.describe;
  const layer = operation.layer ?? strings.lab.all;
  const units = (operation.units ?? []).map((unit) => unit + 1).join(", ");
  const amount = operation.amount ?? 0;
  if (operation.kind === "switch_off") return words.switch_off(units, layer);
  if (operation.kind === "prune") return words.prune(percent(amount, 0), layer);
  if (operation.kind === "shift_bias") return words.shift_bias(units, layer, write(amount));
  if (operation.kind === "retrain") return words.retrain(String(amount));
  return words.add_noise(write(amount), layer);
}
