import { describe, expect, it } from "vitest";
import { aheadFrom, AMOUNTS, CONTENDERS, NETWORK, tied } from "./classic";

describe("from which amount a method is ahead", () => {
  it("is where nobody else is better any more", () => {
    const contenders = [
      { name: "a", scores: [50, 90, 91, 95] },
      { name: "b", scores: [40, 91, 90, null] },
    ];
    expect(aheadFrom("a", contenders)).toBe(2);
    expect(aheadFrom("b", contenders)).toBe(-1);
  });

  it("names one best at every amount, with the highest score, and those that chance may put behind it", () => {
    for (const place of AMOUNTS.keys()) {
      const best = CONTENDERS.filter(({ places }) => places[place] === "best");
      expect(best.map(({ scores }) => scores[place])).toEqual([Math.max(...CONTENDERS.map(({ scores }) => scores[place] ?? 0))]);
    }
    // As the command told: with few digits some are behind, with all of them one ties with the network.
    expect([tied(0), tied(AMOUNTS.length - 1)]).toEqual([["network"], ["nearest neighbours"]]);
  });

  it("is measured for five methods at every amount that is shown", () => {
    expect(CONTENDERS).toHaveLength(5);
    expect(CONTENDERS.map(({ name }) => name)).toContain(NETWORK);
    for (const { scores } of CONTENDERS) expect(scores).toHaveLength(AMOUNTS.length);
  });
});
