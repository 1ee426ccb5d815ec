/** Drawing into the pixels that the network sees: a soft brush on a grid. */

export interface Grid {
  rows: number;
  columns: number;
  /** Ink of each pixel, row by row, from 0 to 1. */
  ink: Float32Array;
}

export function blank(rows: number, columns: number): Grid {
  return { rows, columns, ink: new Float32Array(rows * columns) };
}

/** How far the brush reaches, in pixels: strokes are as thick as in handwriting of this size. */
export function brush({ rows, columns }: Grid): number {
  return Math.max(0.7, Math.min(rows, columns) / 19);
}

/** Draw a line between two places, in pixels from the left upper corner; ink is never taken away. */
export function stroke(
  grid: Grid,
  from: readonly [number, number],
  to: readonly [number, number],
  reach = brush(grid),
): Grid {
  const ink = grid.ink.slice();
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const away = distance([column + 0.5, row + 0.5], from, to);
      const amount = Math.max(0, Math.min(1, reach + 0.5 - away));
      const place = row * grid.columns + column;
      ink[place] = Math.max(ink[place] ?? 0, amount);
    }
  }
  return { ...grid, ink };
}

function distance(
  [x, y]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const along = length ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / length)) : 0;
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

/** Rows of pixels in the range of the images that were learned from. */
export function pixels(grid: Grid, lowest: number, highest: number): number[][] {
  return Array.from({ length: grid.rows }, (_, row) =>
    Array.from(
      grid.ink.subarray(row * grid.columns, (row + 1) * grid.columns),
      (ink) => lowest + ink * (highest - lowest),
    ),
  );
}
