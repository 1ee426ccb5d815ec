import { describe, expect, it } from "vitest";
import { answer, begin, learn, meanLoss, pictures, pointsOf, rightOnes } from "./plane";

function learned(set: "corners" | "ring" | "halves", units: number, steps: number) {
  const points = pointsOf(set);
  let network = begin(units);
  for (let step = 0; step < steps; step++) network = learn(network, points, 1);
  return { network, points };
}

describe("a network on the plane", () => {
  it.each([["halves", 1], ["corners", 4], ["ring", 4]] as const)("parts %s with %i hidden neurons", (set, units) => {
    const { network, points } = learned(set, units, 800);
    expect(rightOnes(network, points)).toBe(points.length);
    expect(meanLoss(network, points)).toBeLessThan(0.2);
  });

  it("cannot part opposite corners with one hidden neuron: its boundary is one straight line", () => {
    const { network, points } = learned("corners", 1, 1500);
    expect(rightOnes(network, points)).toBeLessThan(points.length);
  });

  it("paints what it answers, from the left upper corner on", () => {
    const { network } = learned("halves", 1, 100);
    const { answers, units } = pictures(network, 3);
    expect(answers[0]).toBeCloseTo(2 * answer(network, -1, 1) - 1, 6);
    expect(answers[5]).toBeCloseTo(2 * answer(network, 1, 0) - 1, 6);
    expect(units).toHaveLength(1);
  });
});
