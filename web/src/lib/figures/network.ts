/** Where the neurons and connections of a small network are drawn. */

import type { Matrix } from "../engine/dense";

export interface FigureUnit {
  /** Its name as a formula: `h_2`. */
  name: string;
  /** Null where it is not known yet. */
  value: number | null;
}

export interface FigureLayer {
  label: string;
  /** What is written where there is little room. */
  short?: string;
  units: readonly FigureUnit[];
}

/** A connection: between layers `layer` and `layer + 1`, from unit `row` to unit `column`. */
export interface Edge {
  layer: number;
  row: number;
  column: number;
}

export interface Drawn {
  width: number;
  height: number;
  radius: number;
  /** How far apart the layers are. */
  gap: number;
  /** Places of the units, by layer. */
  units: { x: number; y: number }[][];
}

const TOP = 34;
const SIDE = 14;

/** Lay units out in columns, within a width; taller layers decide the height. */
export function layOut(sizes: readonly number[], width: number, widest = 230): Drawn {
  const most = Math.max(1, ...sizes);
  const gaps = Math.max(1, sizes.length - 1);
  const radius = Math.max(15, Math.min(27, (width - 2 * SIDE) / (sizes.length * 3.1)));
  const gap = Math.min(widest, (width - 2 * (SIDE + radius)) / gaps);
  const rise = radius * 2 + Math.max(16, 44 - 4 * most);
  const height = TOP + (most - 1) * rise + 2 * radius + 12;
  const left = (width - gap * (sizes.length - 1)) / 2;
  const middle = TOP + (height - TOP - 12) / 2;
  return {
    width,
    height,
    radius,
    gap,
    units: sizes.map((size, layer) =>
      Array.from({ length: size }, (_, unit) => ({
        x: sizes.length === 1 ? width / 2 : left + layer * gap,
        y: middle + (unit - (size - 1) / 2) * rise,
      })),
    ),
  };
}

export function edges(kernels: readonly (Matrix | null)[]): (Edge & { weight: number })[] {
  return kernels.flatMap((kernel, layer) =>
    (kernel ?? []).flatMap((weights, row) =>
      weights.map((weight, column) => ({ layer, row, column, weight })),
    ),
  );
}

export function same(one: Edge | null, other: Edge | null): boolean {
  return (
    one !== null &&
    other !== null &&
    one.layer === other.layer &&
    one.row === other.row &&
    one.column === other.column
  );
}
