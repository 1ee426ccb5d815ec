/** The network as columns: which layers are shown, and where each of their units is. */

import type { Layer, ModelDescription } from "$lib/messages";

export interface Column {
  /** Null for the inputs. */
  layer: Layer | null;
  shape: readonly number[];
  size: number;
  /** Whether it is a sequence of steps, which lies on its side: time runs to the right. */
  turned: boolean;
}

export interface Placed {
  column: Column;
  /** Its left upper corner, and the size of a cell. */
  x: number;
  y: number;
  cell: number;
  /** How tall a cell is; as it is wide, but for few series of many steps. */
  tall: number;
  rows: number;
  columns: number;
  /** Few units stand as circles, one below the other. */
  circles: boolean;
}

export const MOST_CIRCLES = 20;
const TOP = 46;
/** A column's head needs so much; names of outputs stand to the right of the last. */
const [NARROWEST, INPUT_NAMES, OUTPUT_NAMES] = [72, 88, 46];
const [SMALLEST_GAP, WIDEST_GAP] = [34, 300];
const GAP = 1;
const SERIES_TALL = 14;

/** Inputs, and the layers that do more than pass on what they get. */
export function columnsOf(model: ModelDescription): Column[] {
  const [only, ...others] = model.input_blocks;
  const shape = only && !others.length && only.shape.length > 1 ? only.shape : [model.in_features];
  const isSeries = only?.kind === "series" && shape.length === 2;
  const layers = model.layers.filter(
    (layer) => layer.n_parameters > 0 || product(layer.in_shape) !== product(layer.out_shape),
  );
  return [
    { layer: null, shape, size: model.in_features, turned: isSeries },
    ...layers.map((layer) => ({
      layer,
      shape: layer.out_shape,
      size: product(layer.out_shape),
      // Layers see images as maps of three axes; of two, the first one is the steps.
      turned: layer.out_shape.length === 2,
    })),
  ];
}

/** Place columns side by side; where they do not fit, the figure becomes wider. */
export function placeColumns(
  columns: readonly Column[],
  width: number,
  height: number,
): { placed: Placed[]; width: number } {
  const share = (0.6 * width) / columns.length;
  const room = { width: Math.max(84, Math.min(share, 190)), height: height - TOP };
  const grids = columns.map((column) => gridOf(column, room));
  const wide = grids.map((grid) => Math.max(NARROWEST, grid.columns * grid.cell));
  // Names of few inputs stand to the left of their circles.
  const names = grids[0]?.circles ? INPUT_NAMES : 0;
  const taken = wide.reduce((total, each) => total + each, names + OUTPUT_NAMES);
  const between = (width - taken) / Math.max(1, columns.length - 1);
  const gap = Math.min(WIDEST_GAP, Math.max(SMALLEST_GAP, between));
  let left = names;
  const placed = columns.map((column, at) => {
    const grid = grids[at] as Grid;
    const own = wide[at] as number;
    const x = left + (own - grid.columns * grid.cell) / 2;
    left += own + gap;
    return { column, ...grid, x, y: TOP + (room.height - grid.rows * grid.tall) / 2 };
  });
  return { placed, width: Math.max(width, left - gap + OUTPUT_NAMES) };
}

type Grid = Pick<Placed, "cell" | "tall" | "rows" | "columns" | "circles">;
type Square = Omit<Grid, "tall">;

function gridOf(column: Column, room: Room): Grid {
  const grid = squareGridOf(column, room);
  const tall = column.turned ? Math.max(grid.cell, Math.min(SERIES_TALL, room.height / grid.rows)) : grid.cell;
  return { ...grid, tall };
}

interface Room {
  width: number;
  height: number;
}

function squareGridOf({ shape, size, turned }: Column, room: Room): Square {
  if (shape.length === 1 && size <= MOST_CIRCLES) {
    const cell = Math.min(34, room.height / Math.max(1, size));
    return { cell, rows: size, columns: 1, circles: true };
  }
  if (shape.length > 1) {
    const { rows, columns } = mosaic(lying(shape, turned), room.width / room.height);
    const cell = Math.min(22, room.width / columns, room.height / rows);
    return { cell, rows, columns, circles: false };
  }
  for (let cell = 16; cell > 1; cell -= 1) {
    const tallest = Math.min(size, Math.floor(room.height / cell));
    const fewest = Math.ceil(size / tallest);
    const columns = evenly(size, fewest, Math.min(2 * fewest, Math.floor(room.width / cell)));
    const rows = Math.ceil(size / columns);
    if (columns * cell <= room.width) return { cell, rows, columns, circles: false };
  }
  const columns = Math.max(1, Math.floor(Math.sqrt(size * (room.width / room.height))));
  const rows = Math.ceil(size / columns);
  return { cell: Math.min(room.width / columns, room.height / rows), rows, columns, circles: false };
}

/** A number of columns within which units stand in full rows, where there is one. */
function evenly(size: number, fewest: number, most: number): number {
  for (let columns = fewest; columns <= most; columns++) if (size % columns === 0) return columns;
  return fewest;
}

/** Maps of height × width, one for each channel, laid side by side with a line between. */
export function mosaic(shape: readonly number[], aspect: number): Tiling {
  const [height, width, channels] = asMaps(shape);
  let best: Tiling | null = null;
  for (let across = 1; across <= channels; across++) {
    const down = Math.ceil(channels / across);
    const rows = down * (height + GAP) - GAP;
    const columns = across * (width + GAP) - GAP;
    const waste = Math.abs(Math.log(columns / rows / aspect));
    if (!best || waste < best.waste) best = { across, rows, columns, waste, height, width, channels };
  }
  return best as Tiling;
}

interface Tiling {
  across: number;
  rows: number;
  columns: number;
  waste: number;
  height: number;
  width: number;
  channels: number;
}

function asMaps(shape: readonly number[]): [number, number, number] {
  if (shape.length === 2) return [shape[0] ?? 1, shape[1] ?? 1, 1];
  const [height = 1, width = 1, ...rest] = shape;
  return [height, width, product(rest)];
}

function lying(shape: readonly number[], turned: boolean): readonly number[] {
  return turned ? [...shape].reverse() : shape;
}

/** Where a unit's cell is in its column's grid: row and column. */
export function cellOf(at: Placed, unit: number): [number, number] {
  const { shape, turned } = at.column;
  if (shape.length < 2 || turned) return [unit % at.rows, Math.floor(unit / at.rows)];
  const { across, height, width, channels } = tilingOf(at);
  const channel = unit % channels;
  const place = Math.floor(unit / channels);
  return [
    Math.floor(channel / across) * (height + GAP) + Math.floor(place / width),
    (channel % across) * (width + GAP) + (place % width),
  ];
}

/** The unit of a cell; null between maps and after the last. */
export function unitAt(at: Placed, row: number, column: number): number | null {
  const { shape, size, turned } = at.column;
  if (row < 0 || column < 0 || row >= at.rows || column >= at.columns) return null;
  if (shape.length < 2 || turned) {
    const unit = column * at.rows + row;
    return unit < size ? unit : null;
  }
  const { across, height, width, channels } = tilingOf(at);
  const channel = Math.floor(row / (height + GAP)) * across + Math.floor(column / (width + GAP));
  const [y, x] = [row % (height + GAP), column % (width + GAP)];
  if (channel >= channels || y >= height || x >= width) return null;
  return (y * width + x) * channels + channel;
}

function tilingOf(at: Placed): Tiling {
  const { shape } = at.column;
  const [height, width, channels] = asMaps(shape);
  const across = Math.round((at.columns + GAP) / (width + GAP));
  return { across, rows: at.rows, columns: at.columns, waste: 0, height, width, channels };
}

/** The middle of a unit's cell. */
export function middle(at: Placed, unit: number): { x: number; y: number } {
  const [row, column] = cellOf(at, unit);
  return { x: at.x + (column + 0.5) * at.cell, y: at.y + (row + 0.5) * at.tall };
}

/** A unit's place in its layer's shape, and back. */
export function indexOf(unit: number, shape: readonly number[]): number[] {
  let rest = unit;
  return shape.map((_, axis) => {
    const inner = product(shape.slice(axis + 1));
    const index = Math.floor(rest / inner);
    rest %= inner;
    return index;
  });
}

export function flat(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((total, each, axis) => total * (shape[axis] ?? 1) + each, 0);
}

export function product(shape: readonly number[]): number {
  return shape.reduce((total, each) => total * each, 1);
}
