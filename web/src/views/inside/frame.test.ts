import { describe, expect, it } from "vitest";
import { inkBox, usualBox } from "./frame";

describe("where pictures have their ink", () => {
  it("is the box of what is brighter than half", () => {
    // Four by two pixels: ink in the second row, second and third column.
    expect(inkBox([0, 0, 9, 0, 0, 200, 180, 90], 4)).toEqual({ left: 0.25, top: 0.5, right: 0.75, bottom: 1 });
    expect(inkBox([0, 0, 0, 0], 2)).toBeNull();
  });

  it("is usual where most boxes are, whatever a few are like", () => {
    const usual = { left: 0.2, top: 0.1, right: 0.8, bottom: 0.9 };
    const odd = { left: 0, top: 0, right: 1, bottom: 1 };
    expect(usualBox([usual, usual, odd, usual, usual, usual, usual])).toEqual(usual);
    expect(usualBox([])).toBeNull();
  });
});
