/** A matrix that is fetched where it is looked at: square tiles of exact numbers, kept once read. */

import { type Frame, values } from "../frames";

export const TILE = 128;

export type Load = (rows: readonly [number, number], columns: readonly [number, number]) => Promise<Frame>;

interface Tile {
  width: number;
  values: Float32Array;
}

export class Tiles {
  private readonly kept = new Map<string, Tile | null>();

  constructor(
    readonly rows: number,
    readonly columns: number,
    private readonly load: Load,
    /** Called when a tile has come. */
    private readonly oncome: () => void,
    private readonly onfail: (error: unknown) => void,
  ) {}

  /** A number, or null while its tile is not there. */
  at(row: number, column: number): number | null {
    const tile = this.kept.get(name(row, column));
    if (!tile) return null;
    return tile.values[(row % TILE) * tile.width + (column % TILE)] ?? null;
  }

  /** Put the numbers of an area that are there into `numbers`, which holds the area row by row. */
  read([top, bottom]: readonly [number, number], [left, right]: readonly [number, number], numbers: Float32Array): void {
    const width = right - left;
    for (let down = start(top); down < bottom; down += TILE) {
      for (let across = start(left); across < right; across += TILE) {
        const tile = this.kept.get(name(down, across));
        if (!tile) continue;
        const [first, last] = [Math.max(left, across), Math.min(right, across + tile.width)];
        for (let row = Math.max(top, down); row < Math.min(bottom, down + TILE); row++) {
          const own = (row - down) * tile.width - across;
          numbers.set(tile.values.subarray(own + first, own + last), (row - top) * width + first - left);
        }
      }
    }
  }

  /** Fetch what is not there yet of these rows and columns. */
  want(rows: readonly [number, number], columns: readonly [number, number]): void {
    for (let row = start(rows[0]); row < Math.min(rows[1], this.rows); row += TILE) {
      for (let column = start(columns[0]); column < Math.min(columns[1], this.columns); column += TILE) {
        void this.fetch(row, column);
      }
    }
  }

  private async fetch(row: number, column: number): Promise<void> {
    const key = name(row, column);
    if (this.kept.has(key)) return;
    this.kept.set(key, null);
    const right = Math.min(column + TILE, this.columns);
    try {
      const frame = await this.load([row, Math.min(row + TILE, this.rows)], [column, right]);
      this.kept.set(key, { width: right - column, values: values(frame) });
      this.oncome();
    } catch (error) {
      this.kept.delete(key);
      this.onfail(error);
    }
  }
}

/** Begin to fetch the tile of a cell: whoever asks for it then finds it on its way, or there. */
export function begun(load: Load, [rows, columns]: readonly [number, number], [row, column]: readonly [number, number]): Load {
  const part = (index: number, all: number): readonly [number, number] => {
    const from = start(Math.min(index, all - 1));
    return [from, Math.min(from + TILE, all)];
  };
  const [down, across] = [part(row, rows), part(column, columns)];
  let first: Promise<Frame> | null = load(down, across);
  first.catch(() => (first = null));
  const key = String([down, across]);
  return (...asked) => (first && String(asked) === key ? first : load(...asked));
}

function start(index: number): number {
  return Math.floor(index / TILE) * TILE;
}

function name(row: number, column: number): string {
  return `${start(row)}/${start(column)}`;
}

/** A small matrix that is here already, in the form of what is fetched. */
export function frameOf(rows: readonly (readonly number[])[]): Frame & { load: Load } {
  const width = rows[0]?.length ?? 0;
  const shape = [rows.length, width];
  const head = { offset: [0, 0], each: [1, 1], scale: 1, step: 0 };
  const cut = (down: readonly [number, number], across: readonly [number, number]): Frame => ({
    ...head,
    numbers: Float32Array.from(rows.slice(...down).flatMap((row) => row.slice(...across))),
    shape: [down[1] - down[0], across[1] - across[0]],
    whole: shape,
  });
  return { ...cut([0, rows.length], [0, width]), load: async (...part) => cut(...part) };
}
