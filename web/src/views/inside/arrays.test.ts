import { expect, test } from "vitest";
import type { Frame } from "$lib/frames";
import type { Layer, LayerTrace } from "$lib/messages";
import { firstOf, mapOf, matrixOf, nameOf, shownArrays, strongestMap, together, turned } from "./arrays";

function frame(shape: number[], numbers: number[]): Frame {
  return { numbers: Float32Array.from(numbers), shape, whole: shape, offset: [], each: shape.map(() => 1), scale: 1, step: 0 };
}
function layer(out: number[], details: Record<string, number[]>): [Layer, LayerTrace] {
  const told = Object.fromEntries(Object.entries(details).map(([name, shape]) => [name, { shape }]));
  return [{ out_shape: out } as Layer, { details: told } as unknown as LayerTrace];
}

test("of a recurrent layer the state is seen first, with its own gates beside it", () => {
  const steps = [5, 2];
  const arrays = shownArrays(...layer([4], {
    "forward.reset_gate": steps, "forward.state": steps, "backward.state": steps,
  }));
  const first = firstOf(arrays);
  expect(first?.name).toBe("forward.state");
  expect(first && together(arrays, first).map(({ name }) => name)).toEqual(["forward.state", "forward.reset_gate"]);
  expect(nameOf("forward.reset_gate")).toBe("forward: reset gate");
});

test("attention is found inside a block", () => {
  const arrays = shownArrays(...layer([5, 8], { "self_attention_1.attention": [2, 5, 5] }));
  expect(firstOf(arrays)).toEqual({ name: "self_attention_1.attention", shape: [2, 5, 5], form: "attention" });
});

test("the networks of an ensemble are no steps in time, and their answers come first", () => {
  const [layerOf, traced] = layer([3], { "hidden_1.activations": [8, 64], members: [8, 3] });
  const arrays = shownArrays({ ...layerOf, family: "ensemble" }, traced);
  expect(firstOf(arrays)).toEqual({ name: "members", shape: [8, 3], form: "networks" });
});

test("a dense layer's units are a list, and no more is shown", () => {
  expect(shownArrays(...layer([16], {}))).toEqual([]);
});

test("time runs to the right", () => {
  expect(turned(frame([3, 2], [1, 2, 3, 4, 5, 6]))).toEqual([[1, 3, 5], [2, 4, 6]]);
});

test("a map is one channel, the strongest by the sum of sizes", () => {
  const maps = frame([2, 2, 2], [1, -9, 2, 0, 3, 0, 4, 0]);
  expect(mapOf(maps, 0)).toEqual([[1, 2], [3, 4]]);
  expect(strongestMap(maps)).toBe(0); // 10 beside 9
});

test("all heads together are their mean", () => {
  const heads = frame([2, 1, 2], [0, 1, 0.5, 0.5]);
  expect(matrixOf(heads, 1)).toEqual([[0.5, 0.5]]);
  expect(matrixOf(heads, null)).toEqual([[0.25, 0.75]]);
});
