import { expect, it } from "vitest";
import { descend, momentAt } from "$lib/engine/descent";
import { REACH, TOP, widening } from "./descent";

const PROBLEM = { input: 2, label: 6 };

it("shows the weights around the lowest point as long as they stay there", () => {
  // From 5 with the rate 0.1 to 4.2.
  expect(widening([momentAt(5, PROBLEM), momentAt(4.2, PROBLEM)], 3)).toBe(1);
});

it("follows a weight that flees", () => {
  const moments = [momentAt(5, PROBLEM)];
  for (let step = 0; step < 11; step++) moments.push(descend(moments.at(-1)!, 0.6, PROBLEM));
  const last = moments.at(-1)!;
  // Each step multiplies the distance to 3 by 1 − 0.6 · 4 = −1.4.
  expect(last.weight).toBeCloseTo(3 - 2 * 1.4 ** 11, 6);
  const wider = widening(moments, 3);
  expect(Math.abs(last.weight - 3)).toBeLessThanOrEqual(REACH * wider);
  expect(last.loss).toBeLessThanOrEqual(TOP * wider ** 2);
  expect(widening(moments.slice(0, 2), 3)).toBe(2);
});
