import { describe, expect, it } from "vitest";
import { aheadFrom, AMOUNTS, CONTENDERS, NETWORK } from "./classic";

describe("from which amount a method is ahead", () => {
  it("is where nobody else is better any more", () => {
    const contenders = [
      { name: "a", scores: [50, 90, 91, 95] },
      { name: "b", scores: [40, 91, 90, null] },
    ];
    expect(aheadFrom("a", contenders)).toBe(2);
    expect(aheadFrom("b", contenders)).toBe(-1);
  });

  it("is measured for five methods at every amount that is shown", () => {
    expect(CONTENDERS).toHaveLength(5);
    expect(CONTENDERS.map(({ name }) => name)).toContain(NETWORK);
    for (const { scores } of CONTENDERS) expect(scores).toHaveLength(AMOUNTS.length);
  });
});
