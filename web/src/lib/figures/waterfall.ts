/** Numbers that add up: each bar begins where the one before ended. */

import type { TermName } from "../strings/terms";
import type { Sum } from "../sums";

export interface Step {
  name: string;
  value: number;
  /** A part is added; a total begins at 0. */
  kind: "part" | "total";
  detail?: string;
  /** What is chosen with it, where it can be. */
  choose?: readonly number[];
  /** What it is, and how it comes about. */
  term?: TermName;
  sum?: Sum;
}

export interface Bar {
  step: Step;
  from: number;
  to: number;
}

export function bars(steps: readonly Step[]): { bars: Bar[]; range: [number, number] } {
  let reached = 0;
  const found = steps.map((step) => {
    const from = step.kind === "total" ? 0 : reached;
    reached = from + step.value;
    return { step, from, to: reached };
  });
  const ends = found.flatMap(({ from, to }) => [from, to]);
  const [lowest, highest] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  return { bars: found, range: lowest === highest ? [0, 1] : [lowest, highest] };
}
