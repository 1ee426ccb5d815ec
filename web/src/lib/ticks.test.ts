import { describe, expect, it } from "vitest";
import { scale, ticks } from "./ticks";

describe("ticks", () => {
  it.each([
    [0, 10, [0, 2, 4, 6, 8, 10]],
    [-1, 1, [-1, -0.5, 0, 0.5, 1]],
    [0, 0.03, [0, 0.01, 0.02, 0.03]],
    [3, 3, [3]],
  ])("from %s to %s stand at round numbers", (from, to, expected) => {
    expect(ticks(from, to, 5)).toEqual(expected);
  });

  it("a scale leads there and back", () => {
    const { to, back } = scale([0, 8], [100, 20]);
    expect(to(2)).toBe(80);
    expect(back(80)).toBe(2);
  });
});
