/** What a curve is made of. */

export type Look = "ink" | "soft" | "positive" | "negative";

export interface Line {
  points: readonly (readonly [number, number])[];
  look: Look;
  dashed?: boolean;
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
