import { describe, expect, it } from "vitest";
import { clustersOf, FLOWERS, speciesOf, widthOf } from "./uses";
import kept from "./uses.json";

// The expected answers are those of pellucid's own predict (web/fixtures/uses.py).
const PROBES = kept.probes.map(([length = 0, width = 0], index) => ({ length, width, index }));

function expectClose(found: readonly number[], expected: readonly number[] | undefined): void {
  expect(found).toHaveLength(expected?.length ?? -1);
  for (const [index, value] of found.entries()) expect(value).toBeCloseTo(expected?.[index] ?? Number.NaN, 3);
}

describe("the three uses in the page", () => {
  it.each(PROBES)("answer as pellucid does for a petal of $length × $width cm", ({ length, width, index }) => {
    expectClose(speciesOf(length, width), kept.classification.answers[index]);
    expectClose([widthOf(length)], [kept.regression.answers[index] ?? Number.NaN]);
    expectClose(clustersOf(length, width), kept.clustering.answers[index]);
  });

  it("know Fisher's 150 irises, 50 of each species", () => {
    expect([0, 1, 2].map((species) => FLOWERS.filter((flower) => flower.species === species).length)).toEqual([50, 50, 50]);
  });
});
