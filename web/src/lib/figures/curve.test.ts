import { flushSync, mount, unmount } from "svelte";
import { describe, expect, it } from "vitest";
import Curve from "./Curve.svelte";
import { sample, tangent } from "./curve";

describe("curves", () => {
  it("are sampled from end to end", () => {
    expect(sample((x) => x * x, -1, 1, 2)).toEqual([[-1, 1], [0, 0], [1, 1]]);
  });

  it("have tangents: of ½(2w − 6)² at 5, slope 8, through (5, 8)", () => {
    expect(tangent(5, 8, 8, 4, 6)).toEqual([[4, 0], [6, 16]]);
  });

  it("let a point be moved by the keyboard, within its ends and by its steps", () => {
    const moves: number[] = [];
    const handle = {
      x: 5, y: 8, label: "the weight", min: 0, max: 5.05, step: 0.1,
      onmove: (x: number) => moves.push(x),
    };
    const properties = {
      label: "loss", x: [0, 6], y: [0, 20], xLabel: "w", yLabel: "loss", lines: [], handle,
    } as const;
    const page = mount(Curve, { target: document.body, props: properties });
    flushSync();
    const slider = document.querySelector('[role="slider"]');
    expect(slider?.getAttribute("aria-valuenow")).toBe("5");
    for (const key of ["ArrowLeft", "ArrowRight", "Home", "x"]) {
      slider?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
    expect(moves).toEqual([4.9, 5.05, 0]);
    unmount(page);
  });
});
