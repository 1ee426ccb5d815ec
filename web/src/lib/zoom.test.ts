import { expect, it } from "vitest";
import { START } from "./place";
import { way } from "./zoom";

const network = { ...START, view: "inside", model: "m1" } as const;
const layer = { ...network, layer: "hidden_1" };
const unit = { ...layer, unit: [4] };

it("comes nearer from the network to a layer and a neuron, and goes away back", () => {
  expect(way(network, layer)).toBe("in");
  expect(way(layer, { ...unit, weight: [1, 4] })).toBe("in");
  expect(way(unit, layer)).toBe("out");
  expect(way(layer, { ...layer, layer: "output" })).toBe("beside");
});

it("is none to another example, model or view", () => {
  expect(way(layer, { ...layer, example: 3 })).toBeNull();
  expect(way(layer, { ...layer, model: "m2", layer: null })).toBeNull();
  expect(way(layer, { ...layer, view: "test" })).toBeNull();
});
