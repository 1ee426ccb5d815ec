import { describe, expect, it } from "vitest";
import { bounded, curveOf, type Point, range, thinned } from "./points";

describe("points of curves", () => {
  it("are means of neighbours where they are too many", () => {
    const points: Point[] = [[0, 1], [1, 3], [2, 5], [3, 7], [4, 100]];
    expect(thinned(points, 3)).toEqual([[0, 2], [2, 6], [4, 100]]);
    expect(thinned(points, 5)).toEqual(points);
  });

  it("lose every second of the older ones where a history grows too long", () => {
    const epochs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(bounded(epochs, 10, 2)).toEqual(epochs);
    expect(bounded(epochs, 6, 2)).toEqual([0, 2, 4, 6, 8, 9]);
    expect(bounded(epochs, 4, 2)).toEqual([0, 4, 8, 9]);
  });

  it("leave one bad batch of many out of the range", () => {
    const calm: Point[] = Array.from({ length: 100 }, (_, step) => [step, 1 + step / 100]);
    const [low, high] = range([[...calm, [100, 1e6]]]);
    expect(low).toBeLessThanOrEqual(1);
    expect(high).toBeLessThan(3);
  });

  it("have a range even where there are none, or none that is finite", () => {
    expect(range([])).toEqual([0, 1]);
    expect(range([[[0, Number.NaN]]])).toEqual([0, 1]);
  });

  it("stand at the ends of their epochs", () => {
    const epochs = [
      { epoch: 1, loss: 2, metrics: { accuracy: 0.5 } },
      { epoch: 2, loss: 1, metrics: {} },
    ];
    expect(curveOf(epochs, "loss", 10)).toEqual([[10, 2], [20, 1]]);
    expect(curveOf(epochs, "accuracy", 10)).toEqual([[10, 0.5]]);
  });
});
