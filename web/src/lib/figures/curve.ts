/** What a curve is made of. */

export type Look = "ink" | "soft" | "positive" | "negative";

export interface Line {
  points: readonly (readonly [number, number])[];
  look: Look;
  dashed?: boolean;
  /** Numbers that were measured: where they leave the figure at its top, it is said how far they go. */
  measured?: boolean;
}

export interface Mark {
  x: number;
  y: number;
  text?: string;
  look?: Look;
  open?: boolean;
  small?: boolean;
  /** Where the text stands; above, where it is left out. */
  side?: "left" | "right" | "above";
}

export interface Handle {
  x: number;
  y: number;
  label: string;
  min: number;
  max: number;
  step: number;
  onmove: (x: number) => void;
}

/** Points of a function, evenly spaced. */
export function sample(
  of: (x: number) => number,
  from: number,
  to: number,
  n = 160,
): [number, number][] {
  return Array.from({ length: n + 1 }, (_, index) => {
    const x = from + ((to - from) * index) / n;
    return [x, of(x)];
  });
}

/** Room for the numbers along the axis at the left: as much as the longest needs. */
export function leftOf(labels: readonly string[]): number {
  const [usual, digit, gap] = [52, 7.4, 10];
  return Math.max(usual, Math.ceil(gap + digit * Math.max(0, ...labels.map(({ length }) => length))));
}

/** How far measured lines go above the top of a figure; null where none does. */
export function above(lines: readonly Line[], top: number): number | null {
  let most = top;
  for (const { points, measured } of lines) {
    if (!measured) continue;
    for (const [, y] of points) if (Number.isFinite(y)) most = Math.max(most, y);
  }
  return most > top ? most : null;
}

/** The straight line through a point with a slope, from one x to another. */
export function tangent(
  x: number,
  y: number,
  slope: number,
  from: number,
  to: number,
): [number, number][] {
  return [from, to].map((at) => [at, y + slope * (at - x)]);
}
