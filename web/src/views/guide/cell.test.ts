import { describe, expect, it } from "vitest";
import { advance, type Cell, hasFired, RESTING } from "./cell";

function after(times: number, active: boolean[], from: Cell = RESTING): Cell {
  let cell = from;
  for (let moment = 0; moment < times; moment++) cell = advance(cell, active);
  return cell;
}

describe("the nerve cell", () => {
  it("is never brought to fire by one synapse alone, however often: 0.6 / (1 − 0.3) < 1", () => {
    for (const only of [0, 1, 2]) {
      expect(after(50, [0, 1, 2].map((index) => index === only)).fired).toEqual([]);
    }
  });

  it("fires when two signals come together, and begins at 0 again", () => {
    const once = after(1, [true, true, false]);
    expect(once.voltages.at(-1)).toBeCloseTo(0.55 + 0.6, 12);
    expect(hasFired(once)).toBe(true);
    expect(advance(once, [false, false, false]).voltages.at(-1)).toBe(0);
  });

  it("lets the voltage leak away between signals", () => {
    const cell = advance(after(1, [true, false, false]), [false, false, false]);
    expect(cell.voltages.at(-1)).toBeCloseTo(0.3 * 0.55, 12);
  });

  it("strengthens what was used together, weakens the rest, and lets it die off at last", () => {
    const cell = after(3, [true, true, false]);
    expect(cell.strengths[0]).toBeCloseTo(0.55 + 3 * 0.08, 12);
    expect(cell.strengths[2]).toBeCloseTo(0.5 * 0.9 ** 3, 12);
    expect(after(20, [true, true, false]).strengths[2]).toBe(0);
    expect(after(40, [true, true, false]).strengths[0]).toBe(1.3);
  });
});
