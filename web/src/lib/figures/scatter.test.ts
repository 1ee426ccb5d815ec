import { describe, expect, it } from "vitest";
import { nearest, next } from "./scatter";

const CROSS = [[0, 0], [10, 1], [-10, 0], [0, 10], [0, -10], [30, 0]] as const;

describe("points on a plane", () => {
  it("are found near the pointer, and only there", () => {
    expect(nearest(CROSS, [9, 0], 5)).toBe(1);
    expect(nearest(CROSS, [20, 20], 5)).toBeNull();
  });
  it("are gone through by the arrow keys, as they lie on the screen", () => {
    expect(next(CROSS, 0, "ArrowRight")).toBe(1);
    expect(next(CROSS, 1, "ArrowRight")).toBe(5);
    expect(next(CROSS, 0, "ArrowUp")).toBe(4);
    expect(next(CROSS, 0, "ArrowDown")).toBe(3);
    expect(next(CROSS, 5, "ArrowRight")).toBe(5);
  });
});
