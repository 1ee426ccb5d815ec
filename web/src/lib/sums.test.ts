import { describe, expect, it } from "vitest";
import { mathml } from "./formula";
import type { Test } from "./messages";
import { calibrationError, missed, ofClass, ofLayers, ofScores, parameters, share, steps, total } from "./sums";

/** Of hand arithmetic: 48 of 50 answers “a” are right, of 49 rows one was missed. */
const CONFUSION = [
  [48, 1],
  [2, 9],
];

function test(of: Partial<Test>): Test {
  const target = { target: "", task: "", classes: [], confusion: null, per_class: [], calibration: [], residuals: null };
  return { part: "test", n: 60, metrics: {}, baseline: {}, intervals: {}, targets: [target], ...of };
}

describe("how numbers come about", () => {
  it("tells precision, recall, F1 and support of one class from the counts", () => {
    const found = ofClass(CONFUSION, 0, "a");
    expect(found.precision?.formula).toBe("\\frac{48}{48 + 2} = \\text{96.0 %}");
    expect(found.recall?.formula).toBe("\\frac{48}{48 + 1} = \\text{98.0 %}");
    expect(found.f1?.formula).toBe("\\frac{2 \\cdot 48}{50 + 49} = \\text{97.0 %}");
    expect(found.support.formula).toBe("48 + 1 = 49");
  });

  it("tells nothing where a class was never answered", () => {
    expect(ofClass([[0, 3], [0, 2]], 0, "a").precision).toBeNull();
    expect(share(0, 0)).toBeNull();
  });

  it("tells scores only where they come out", () => {
    const [target] = test({}).targets;
    // The truths −10 and 10 deviate by 10: 1 − 5² / 10² = 0.75.
    const residuals = { rows: [0, 1], truth: [-10, 10], prediction: [-5, 15], edges: [], counts: [] };
    const numbers = { n: 2, metrics: { r2: 0.75, rmse: 5 }, targets: [{ ...target!, residuals }] };
    expect(ofScores(test(numbers))["r2"]?.formula).toBe("1 - \\frac{(5)^2}{(10)^2} = 0.75");
    expect(ofScores(test({ ...numbers, metrics: { r2: 0.5, rmse: 5 } }))["r2"]).toBeNull();
    expect(ofScores(test({ ...numbers, n: 3 }))["r2"]).toBeNull();
    const classes = { targets: [{ ...target!, confusion: CONFUSION }] };
    expect(ofScores(test({ ...classes, metrics: { accuracy: 0.95 } }))["accuracy"]?.formula).toBe("\\frac{57}{60} = \\text{95.0 %}");
    expect(ofScores(test({ ...classes, metrics: { accuracy: 0.9 } }))["accuracy"]).toBeNull();
  });

  it("adds up a calibration's bins", () => {
    const bins = [
      { low: 0.5, high: 0.6, n: 1, confidence: 0.6, accuracy: 1 },
      { low: 0.9, high: 1, n: 3, confidence: 0.9, accuracy: 1 },
    ];
    const { error, sum } = calibrationError(bins); // 1/4 · 0.4 + 3/4 · 0.1
    expect(error).toBeCloseTo(0.175, 12);
    expect(sum.formula).toBe("\\frac{1 \\cdot 0.4 + 3 \\cdot 0.1}{4} = 0.175");
  });

  it("counts parameters", () => {
    expect(parameters("784 × 128 + 128", 100480, "a").formula).toBe("784 × 128 + 128 = 100\u202f480");
    expect(parameters("3 × 1,234", 3702, "a").formula).toBe("3 × 1\u202f234 = 3\u202f702");
    const layers = [["a", "2 × 3 + 3", 9], ["b", "0", 0], ["c", "3 × 1 + 1", 4]] as const;
    const all = layers.map(([name, arithmetic, n]) => ({ name, arithmetic, n_parameters: n }));
    expect(ofLayers({ layers: all, n_parameters: 13 })?.formula).toBe("9 + 4 = 13");
    expect(ofLayers({ layers: all.slice(0, 2), n_parameters: 9 })?.formula).toBe("2 × 3 + 3 = 9");
  });

  it("leaves out what is too long to be read", () => {
    expect(total([0.123, -0.456, 0.789, -1.25, 2.75], 1.956).formula).toBe("0.123 + (-0.456) + 0.789 + \\ldots = 1.96");
    expect(total([1, -2], -1).formula).toBe("1 + (-2) = -1");
    expect(missed(1, [0.5, 0.25], 1.75, -1e-12).formula).toBe("1 + 0.75 - 1.75 \\approx -1\\cdot 10^{-12}");
    expect(steps(120, 16, 8)?.formula).toBe("\\frac{120}{16} \\to 8");
    expect(steps(120, 16, 9)).toBeNull();
  });

  it("writes what can be drawn", () => {
    const all = [missed(1, [2], 3, 1e-12), total([-1], -1), share(1, 3), ofClass(CONFUSION, 1, "b").f1];
    for (const sum of all) expect(mathml(sum?.formula ?? "")).toContain("<math>");
  });
});
