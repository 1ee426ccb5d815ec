import { flushSync, mount, unmount } from "svelte";
import { describe, expect, it } from "vitest";
import Curve from "./Curve.svelte";
import { above, leftOf, type Line, sample, tangent } from "./curve";

describe("curves", () => {
  it("are sampled from end to end", () => {
    expect(sample((x) => x * x, -1, 1, 2)).toEqual([[-1, 1], [0, 0], [1, 1]]);
  });

  it("have tangents: of ½(2w − 6)² at 5, slope 8, through (5, 8)", () => {
    expect(tangent(5, 8, 8, 4, 6)).toEqual([[4, 0], [6, 16]]);
  });

  it("leave room for the longest number along the axis, and at least the usual", () => {
    expect(leftOf(["0", "0.5"])).toBe(52);
    expect(leftOf(["−1 000 000"])).toBeGreaterThan(74);
  });

  it("tell how far measured lines go above the figure", () => {
    const points = [[0, 9], [1, Number.POSITIVE_INFINITY], [2, 2]] as const;
    const line: Line = { points, look: "ink", measured: true };
    expect(above([line, { ...line, points: [[0, 1], [3, 12]] }], 5)).toBe(12);
    expect(above([line], 5)).toBe(9);
    expect(above([line], 9)).toBeNull();
    expect(above([{ points, look: "ink" }], 5)).toBeNull();
  });

  it("say so beside the name of the axis", () => {
    const lines: Line[] = [{ points: [[0, 9], [2, 2]], look: "ink", measured: true }];
    const properties = { label: "loss", x: [0, 2], y: [0, 5], xLabel: "step", yLabel: "loss", lines } as const;
    const page = mount(Curve, { target: document.body, props: properties });
    flushSync();
    expect(document.querySelector("text > tspan")?.textContent).toBe("↑ up to 9");
    unmount(page);
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
