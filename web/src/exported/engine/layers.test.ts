import { describe, expect, it } from "vitest";
import { activated } from "./activations";
import fixtures from "./fixtures.json";
import { apply, FAMILIES, type LayerSettings } from "./layers";
import type { Params, Tensor } from "./tensor";

// The expected numbers are those of pellucid's own engine, in 64 bits (web/fixtures/layers.py).

interface Kept {
  shape: number[];
  data: number[];
}
const tensor = ({ shape, data }: Kept): Tensor => ({ shape, data: Float64Array.from(data) });

function expectSame(found: Tensor, expected: Kept): void {
  expect([...found.shape]).toEqual(expected.shape);
  for (const [index, value] of found.data.entries()) expect(value).toBeCloseTo(expected.data[index] ?? Number.NaN, 10);
}

describe("the exported page's engine agrees with pellucid's", () => {
  it.each(Object.entries(fixtures.activations))("on %s", (name, expected) => {
    const found = activated(name, { shape: [fixtures.points.length], data: Float64Array.from(fixtures.points) });
    expectSame(found, { shape: [expected.length], data: expected });
  });

  it.each(fixtures.layers.map((layer, place) => [layer.settings.family, place] as const))("on %s (%i)", (_, place) => {
    const layer = fixtures.layers[place];
    if (!layer) throw new Error("no layer");
    const kept = Object.entries(layer.params as unknown as Record<string, Kept>);
    const params: Params = Object.fromEntries(kept.map(([name, array]) => [name, tensor(array)]));
    const step = apply(layer.settings as unknown as LayerSettings, params, tensor(layer.inputs));
    expectSame(step.preActivations, layer.preActivations);
    expectSame(step.activations, layer.activations);
  });

  it("on every family that it knows", () => {
    expect(new Set(fixtures.layers.map(({ settings }) => settings.family))).toEqual(new Set(Object.keys(FAMILIES)));
  });
});
