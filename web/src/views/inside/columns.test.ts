import { describe, expect, it } from "vitest";
import type { Layer, ModelDescription } from "$lib/messages";
import { cellOf, type Column, columnsOf, flat, indexOf, middle, placeColumns, unitAt } from "./columns";

const column = (shape: number[], turned = false): Column => ({
  layer: null,
  shape,
  turned,
  size: shape.reduce((total, each) => total * each, 1),
});
const SHAPES = [[5], [20], [64], [512], [4000], [28, 28], [14, 14, 32], [3, 2, 2, 2]];

describe("the network's columns", () => {
  it.each(SHAPES.map((shape) => [shape]))("have a cell for each unit of %j, and lead back from it", (shape) => {
    const { placed } = placeColumns([column(shape), column([10])], 900, 380);
    const at = placed[0]!;
    const seen = new Set<string>();
    for (let unit = 0; unit < at.column.size; unit++) {
      const [row, across] = cellOf(at, unit);
      expect(unitAt(at, row, across)).toBe(unit);
      seen.add(`${row},${across}`);
    }
    expect(seen.size).toBe(at.column.size);
    expect(unitAt(at, at.rows, 0)).toBeNull();
  });

  it("stay within the height, and side by side", () => {
    const columns = SHAPES.map((shape) => column(shape));
    const { placed, width } = placeColumns(columns, 600, 380);
    for (const [index, at] of placed.entries()) {
      expect(at.y + at.rows * at.tall).toBeLessThanOrEqual(380.001);
      expect(at.x + at.columns * at.cell).toBeLessThanOrEqual(placed[index + 1]?.x ?? width);
    }
    expect(middle(placed[0]!, 1).y - middle(placed[0]!, 0).y).toBeCloseTo(placed[0]!.cell);
  });

  it("let time run to the right", () => {
    const { placed } = placeColumns([column([150, 3], true)], 900, 380);
    const at = placed[0]!;
    expect([at.rows, at.columns]).toEqual([3, 150]);
    expect(cellOf(at, flat([7, 2], [150, 3]))).toEqual([2, 7]);
    expect(unitAt(at, 2, 7)).toBe(flat([7, 2], [150, 3]));
  });

  it("leave out layers that only pass on what they get", () => {
    const layer = (name: string, n_parameters: number, in_shape: number[], out_shape: number[]) =>
      ({ name, n_parameters, in_shape, out_shape }) as Layer;
    const layers = [
      layer("hidden_1", 20, [4], [4]),
      layer("dropout_1", 0, [4], [4]),
      layer("pool", 0, [4], [2]),
    ];
    const model = { input_blocks: [], in_features: 4, layers } as unknown as ModelDescription;
    expect(columnsOf(model).map(({ layer: own }) => own?.name)).toEqual([undefined, "hidden_1", "pool"]);
  });

  it("know a unit by its index: row-major, as the server does", () => {
    expect(indexOf(17, [2, 3, 4])).toEqual([1, 1, 1]);
    expect(flat([1, 1, 1], [2, 3, 4])).toBe(17);
  });
});
