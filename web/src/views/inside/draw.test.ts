import { describe, expect, it } from "vitest";
import { blank, pixels, stroke } from "./draw";

describe("drawing", () => {
  it("fills the pixels under a stroke, touches its neighbours, and leaves the rest", () => {
    const drawn = stroke(blank(5, 5), [2.5, 0.5], [2.5, 4.5], 0.75);
    for (let row = 0; row < 5; row++) {
      expect([...drawn.ink.subarray(row * 5, row * 5 + 5)]).toEqual([0, 0.25, 1, 0.25, 0]);
    }
  });

  it("never takes ink away, and changes no grid that it was given", () => {
    const empty = blank(3, 3);
    const once = stroke(empty, [1.5, 1.5], [1.5, 1.5], 1);
    const twice = stroke(once, [0.5, 0.5], [0.5, 0.5], 1);
    expect(twice.ink[4]).toBe(1);
    expect([...empty.ink]).toEqual(Array(9).fill(0));
  });

  it("gives pixels in the range of the images", () => {
    expect(pixels(stroke(blank(1, 2), [0.5, 0.5], [0.5, 0.5], 0.5), 0, 16)).toEqual([[16, 0]]);
  });
});
