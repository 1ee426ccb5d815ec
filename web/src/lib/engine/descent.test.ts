import { describe, expect, it } from "vitest";
import { descend, momentAt } from "./descent";

const PROBLEM = { input: 2, label: 6 };

describe("gradient descent on one weight (worked by hand)", () => {
  it("w = 5 with x = 2 gives y = 10; the label is 6: the loss is 8 and so is the slope", () => {
    expect(momentAt(5, PROBLEM)).toEqual({ weight: 5, loss: 8, slope: 8 });
  });

  it("a step with learning rate 0.1 leads to 4.2, and the loss falls to 2.88", () => {
    const next = descend(momentAt(5, PROBLEM), 0.1, PROBLEM);
    expect(next.weight).toBeCloseTo(4.2, 12);
    expect(next.loss).toBeCloseTo(2.88, 12);
  });

  it("each step at 0.1 leaves 1 − 0.1·x² = 0.6 of the way to 3", () => {
    let moment = momentAt(5, PROBLEM);
    for (let step = 0; step < 10; step++) moment = descend(moment, 0.1, PROBLEM);
    expect(moment.weight).toBeCloseTo(3 + 2 * 0.6 ** 10, 10);
  });

  it("at 0.5 it jumps between 5 and 1 for ever, and above it flees", () => {
    const there = descend(momentAt(5, PROBLEM), 0.5, PROBLEM);
    expect(there.weight).toBe(1);
    expect(descend(there, 0.5, PROBLEM).weight).toBe(5);
    expect(descend(momentAt(5, PROBLEM), 0.6, PROBLEM).loss).toBeGreaterThan(8);
  });
});
