/** Projected rows as points: their groups or values, and which were answered wrongly. */

import type { Point } from "$lib/figures/scatter";
import { areLetters, groupColour, groupShape } from "$lib/groups";
import type { ProjectedRows, ProjectedTarget } from "$lib/messages";
import { count, format } from "$lib/numbers";
import { strings } from "$lib/strings";

export type By = "truth" | "answer";
export interface Group {
  place: number;
  label: string;
  n: number;
}

const words = strings.test.projection;
const [SMALL, LARGE, LETTERS] = [2.6, 6, 5];
const [LOW, MIDDLE, HIGH] = [[216, 98, 16], [128, 128, 128], [37, 99, 235]] as const;
const [LOW_DARK, HIGH_DARK] = [[247, 154, 82], [116, 167, 255]] as const;

export function labelsOf(target: ProjectedTarget): string[] {
  if (target.kind === "label") return [words.has(target.target, false), words.has(target.target, true)];
  return target.kind === "clusters" ? target.labels.map(words.cluster) : target.labels;
}

/** What colours the rows: the truth, where it is wanted and known. */
export function coloured(target: ProjectedTarget, by: By): readonly number[] {
  return (by === "truth" ? target.truth : null) ?? target.answer;
}

export function groups(target: ProjectedTarget, by: By): Group[] {
  const counts = new Map<number, number>();
  for (const value of coloured(target, by)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return labelsOf(target)
    .map((label, place) => ({ place, label, n: counts.get(place) ?? 0 }))
    .filter(({ n }) => n > 0);
}

export function isWrong(target: ProjectedTarget, index: number): boolean {
  const told = target.kind !== "numbers" && target.truth !== null;
  return told && target.truth?.[index] !== target.answer[index];
}

/** From the lowest to the highest number of a target: its share of the way, 0 to 1. */
export function span(target: ProjectedTarget): readonly [number, number] {
  const all = [...(target.truth ?? []), ...target.answer];
  return [Math.min(...all), Math.max(...all)];
}

export function valueColour(share: number, dark: boolean): string {
  const [low, high] = dark ? [LOW_DARK, HIGH_DARK] : [LOW, HIGH];
  const [from, to, part] = share < 0.5 ? [low, MIDDLE, 2 * share] : [MIDDLE, high, 2 * share - 1];
  return `rgb(${[0, 1, 2].map((place) => Math.round(from[place]! + (to[place]! - from[place]!) * part)).join(" ")})`;
}

export function valueSize(share: number): number {
  return SMALL + (LARGE - SMALL) * share;
}

export function inWords(target: ProjectedTarget, index: number): string {
  const labels = labelsOf(target);
  const say = (value: number | undefined): string =>
    value === undefined ? "" : target.kind === "numbers" ? format(value) : (labels[value] ?? "");
  return words.is(say(target.truth?.[index]), say(target.answer[index]));
}

export function pointsOf(
  rows: ProjectedRows,
  target: ProjectedTarget | null,
  by: By,
  only: number | null,
  dark: boolean,
): Point[] {
  const values = target ? coloured(target, by) : [];
  const isNumber = target?.kind === "numbers";
  const letters = target && target.kind === "classes" && areLetters(target.labels) ? target.labels : null;
  const [lowest, highest] = target && isNumber ? span(target) : [0, 1];
  return rows.rows.map((row, index) => {
    const value = values[index] ?? 0;
    const share = isNumber ? (value - lowest) / (highest - lowest || 1) : 0;
    return {
      x: rows.x[index] ?? 0,
      y: rows.y[index] ?? 0,
      colour: isNumber ? valueColour(share, dark) : target ? groupColour(value, dark) : "var(--soft)",
      shape: groupShape(isNumber || !target ? 0 : value),
      letters: letters?.[value] ?? null,
      size: isNumber ? valueSize(share) : letters ? LETTERS : 3.8,
      ringed: target !== null && isWrong(target, index),
      faint: only !== null && value !== only,
      told: `${words.row(count(row + 1))}${target ? `: ${inWords(target, index)}` : ""}`,
    };
  });
}
