import { describe, expect, it } from "vitest";
import { bars, type Step } from "./waterfall";

const part = (value: number): Step => ({ name: "", value, kind: "part" });

describe("a waterfall", () => {
  it("goes on where it was, and a total begins at 0", () => {
    const { bars: found, range } = bars([part(1), part(-3), part(0.5), { name: "z", value: -1.5, kind: "total" }]);
    expect(found.map(({ from, to }) => [from, to])).toEqual([[0, 1], [1, -2], [-2, -1.5], [0, -1.5]]);
    expect(range).toEqual([-2, 1]);
  });

  it("has a range where all is 0", () => {
    expect(bars([part(0)]).range).toEqual([0, 1]);
  });
});
