import { describe, expect, it } from "vitest";
import { activated } from "./activations";
import { back, canGoBack } from "./backward";
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
    const details = Object.entries(layer.details as unknown as Record<string, Kept>);
    expect(Object.keys(step.details ?? {}).sort()).toEqual(details.map(([name]) => name).sort());
    for (const [name, expected] of details) expectSame(step.details?.[name] as Tensor, expected);
  });

  it.each(fixtures.layers.map((layer, place) => [layer.settings.family, place] as const))("on the slopes of %s (%i)", (family, place) => {
    const layer = fixtures.layers[place] as unknown as { settings: LayerSettings; params: Record<string, Kept>; inputs: Kept; slope: Kept; inputSlopes: Kept; paramSlopes: Record<string, Kept> };
    const kept = Object.entries(layer.params);
    const params: Params = Object.fromEntries(kept.map(([name, array]) => [name, tensor(array)]));
    const inputs = tensor(layer.inputs);
    const traced = { settings: layer.settings, params, inputs, ...apply(layer.settings, params, inputs) };
    const found = back(traced, tensor(layer.slope), true);
    expectSame(found.inputs, layer.inputSlopes);
    for (const [name, expected] of Object.entries(layer.paramSlopes)) expectSame(found.params[name] as Tensor, expected);
    expect(back(traced, tensor(layer.slope)).params).toEqual({});
    expect(canGoBack([layer.settings])).toBe(!family.startsWith("embedding"));
  });

  it("on which layers it can go back through", () => {
    expect(canGoBack([{ family: "dense" }, { family: "gru" }, { family: "self_attention" }])).toBe(true);
    expect(canGoBack([{ family: "embedding" }, { family: "gru" }])).toBe(false);
    expect(canGoBack([{ family: "ensemble", layers: [{ family: "dense" }, { family: "unknown" }] }])).toBe(false);
    expect(canGoBack([{ family: "branches", branches: [{ layers: [{ family: "embedding_bag" }] }] }])).toBe(false);
  });

  it("on every family that it knows", () => {
    expect(new Set(fixtures.layers.map(({ settings }) => settings.family))).toEqual(new Set(Object.keys(FAMILIES)));
  });
});
