import { describe, expect, it } from "vitest";
import { stepped, walk } from "./backward";
import { INPUTS, NETWORK } from "./example";

const LABEL = [-1, 1];

describe("the walk back", () => {
  it("finds for every weight the slope that a small change of it shows", () => {
    const { slopes } = walk(NETWORK, INPUTS, LABEL);
    const nudge = 1e-6;
    const loss = (layer: number, row: number, column: number, by: number): number => {
      const moved = NETWORK.map((kernel) => kernel.map((weights) => [...weights]));
      moved[layer]![row]![column]! += by;
      return walk(moved, INPUTS, LABEL).loss;
    };
    let seen = 0;
    for (const [layer, kernel] of NETWORK.entries()) {
      for (const [row, weights] of kernel.entries()) {
        for (const column of weights.keys()) {
          const slope = (loss(layer, row, column, nudge) - loss(layer, row, column, -nudge)) / (2 * nudge);
          expect(slopes[layer]?.[row]?.[column]).toBeCloseTo(slope, 8);
          seen++;
        }
      }
    }
    expect(seen).toBe(30);
  });

  it("makes the loss smaller when all weights take a small step", () => {
    const { slopes, loss } = walk(NETWORK, INPUTS, LABEL);
    expect(walk(stepped(NETWORK, slopes, 0.1), INPUTS, LABEL).loss).toBeLessThan(loss);
  });
});
