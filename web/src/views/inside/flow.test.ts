import { describe, expect, it } from "vitest";
import type { Frame } from "$lib/frames";
import type { Summary } from "$lib/messages";
import { spread, strongest } from "./flow.svelte";

const frame = (numbers: number[], shape: number[], each = [1, 1], whole = shape): Frame => ({
  numbers: Float32Array.from(numbers), shape, offset: [0, 0], whole, each, scale: 1, step: 0,
});

describe("what an example leaves in the network", () => {
  it("is drawn by its strongest connections, whatever their sign", () => {
    expect(strongest(frame([0.1, -3, 0, 2, 0.2, -0.3], [2, 3]), 2)).toEqual([
      { from: 0, to: 1, strength: -3 },
      { from: 1, to: 0, strength: 2 },
    ]);
  });

  it("has no connections of strength 0, and not more than wanted among equals", () => {
    expect(strongest(frame([0, 0, 0, 0], [2, 2]), 3)).toEqual([]);
    expect(strongest(frame([1, 1, 1, 1], [2, 2]), 3)).toHaveLength(3);
  });

  it("stands in the middle of blocks, and within the matrix", () => {
    expect(strongest(frame([5], [1, 1], [4, 3], [3, 3]), 1)).toEqual([{ from: 2, to: 1, strength: 5 }]);
  });

  it("is spread from a strip over the units that share its entries", () => {
    const summary = { values: null, strip: [127, -127], scale: 0.5 } as unknown as Summary;
    expect([...Array.from(spread(summary, 4))]).toEqual([63.5, 63.5, -63.5, -63.5]);
  });
});
