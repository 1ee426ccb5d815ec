import { describe, expect, it } from "vitest";
import { edges, layOut, same } from "./network";

describe("the figure of a network", () => {
  it.each([
    [[2, 3], 340],
    [[3, 4, 4, 4, 2], 340],
    [[1, 1], 1000],
    [[5], 300],
  ])("of layers %j stays within %s pixels, with units apart", (sizes, width) => {
    const { units, radius, height } = layOut(sizes, width);
    for (const layer of units) {
      for (const [index, { x, y }] of layer.entries()) {
        expect(x - radius).toBeGreaterThanOrEqual(0);
        expect(x + radius).toBeLessThanOrEqual(width);
        expect(y + radius).toBeLessThanOrEqual(height);
        const above = layer[index - 1];
        if (above) expect(y - above.y).toBeGreaterThan(2 * radius);
      }
    }
  });

  it("has a connection for each entry of each matrix", () => {
    const found = edges([[[1, 2, 3], [4, 5, 6]], null]);
    expect(found).toHaveLength(6);
    expect(found[5]).toEqual({ layer: 0, row: 1, column: 2, weight: 6 });
    expect(same(found[5] ?? null, { layer: 0, row: 1, column: 2 })).toBe(true);
    expect(same(null, null)).toBe(false);
  });
});
