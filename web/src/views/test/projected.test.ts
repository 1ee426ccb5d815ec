import { describe, expect, it } from "vitest";
import type { ProjectedRows, ProjectedTarget } from "$lib/messages";
import { groups, isWrong, pointsOf, valueSize } from "./projected";

const CLASSES: ProjectedTarget = {
  target: "kind", kind: "classes", labels: ["cat", "dog", "owl"], truth: [0, 1, 1], answer: [0, 1, 0],
};
const NUMBERS: ProjectedTarget = { target: "price", kind: "numbers", labels: [], truth: [2, 4, 6], answer: [2, 4, 5] };
const ROWS: ProjectedRows = {
  part: "test", layer: "inputs", method: "pca", n_rows: 3, n_features: 2, rows: [0, 5, 9],
  x: [0, 1, 2], y: [3, 4, 5], shares: [0.7, 0.3], targets: [CLASSES, NUMBERS],
};

describe("projected rows", () => {
  it("are grouped by truth or by answer, without empty groups", () => {
    expect(groups(CLASSES, "truth")).toEqual([{ place: 0, label: "cat", n: 1 }, { place: 1, label: "dog", n: 2 }]);
    expect(groups(CLASSES, "answer").map(({ n }) => n)).toEqual([2, 1]);
  });
  it("are ringed and told where they are answered wrongly", () => {
    const points = pointsOf(ROWS, CLASSES, "truth", null, false);
    expect(points.map(({ ringed }) => ringed)).toEqual([false, false, true]);
    expect(points[2]?.told).toBe("row 10: truth dog, answered cat");
  });
  it("have another colour and shape for each class, so that colour is never alone", () => {
    const [cat, dog] = pointsOf(ROWS, CLASSES, "truth", null, false);
    expect(cat?.colour).not.toBe(dog?.colour);
    expect(cat?.shape).not.toBe(dog?.shape);
  });
  it("of numbers grow with the number, and none is wrong", () => {
    const points = pointsOf(ROWS, NUMBERS, "truth", null, false);
    expect(points.map(({ size }) => size)).toEqual([valueSize(0), valueSize(0.5), valueSize(1)]);
    expect(isWrong(NUMBERS, 2)).toBe(false);
  });
  it("fade, but for the group that is pointed out", () => {
    expect(pointsOf(ROWS, CLASSES, "truth", 1, false).map(({ faint }) => faint)).toEqual([true, false, false]);
  });
});
