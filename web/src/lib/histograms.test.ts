import { describe, expect, it } from "vitest";
import { quantile, shares, span } from "./histograms";

const ONE = { step: 0, lowest: -1, highest: 1, counts: [2, 4, 4, 6] };

describe("histograms of weights", () => {
  it("keep every weight on another scale", () => {
    expect(shares(ONE, -1, 1, 4)).toEqual([2 / 16, 4 / 16, 4 / 16, 6 / 16]);
    const wide = shares(ONE, -2, 2, 8);
    expect(wide).toEqual([0, 0, 2 / 16, 4 / 16, 4 / 16, 6 / 16, 0, 0]);
    const fine = shares(ONE, -1, 1, 8);
    expect(fine[0]).toBeCloseTo(1 / 16, 12);
    expect(fine.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
  });
  it("of equal weights lie in one row", () => {
    const equal = { step: 0, lowest: 0.5, highest: 0.5, counts: [0, 3, 0] };
    expect(shares(equal, 0, 1, 4)).toEqual([0, 0, 1, 0]);
  });
  it("have quantiles: half of the weights lie below the median", () => {
    expect(quantile(ONE, 0.5)).toBeCloseTo(0.25, 12); // 2 + 4 below 0, 2 of the next 4
    expect(quantile(ONE, 0)).toBe(-1);
    expect(quantile(ONE, 1)).toBe(1);
  });
  it("span all states, and something even where all weights are equal", () => {
    expect(span([ONE, { ...ONE, lowest: -3 }])).toEqual([-3, 1]);
    expect(span([{ ...ONE, lowest: 2, highest: 2 }])).toEqual([1.5, 2.5]);
  });
});
