import { describe, expect, it } from "vitest";
import { ACTIVATIONS, type ActivationName, softmax } from "./activations";
import { type Dense, trace, weightedSums } from "./dense";
import fixtures from "./fixtures.json";
import { gradients } from "./gradients";
import * as losses from "./losses";
import { descendAll } from "./training";

// The expected values are those of pellucid's own engine, in 64 bits (web/fixtures/make.py).

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [index, value] of found.entries()) expect(value).toBeCloseTo(expected[index] ?? 0, 12);
}

const names = Object.keys(ACTIVATIONS) as ActivationName[];

describe("the page's engine agrees with pellucid's", () => {
  it.each(names)("on %s and its slope", (name) => {
    const { z, value, slope } = fixtures.activations[name];
    expectClose(z.map(ACTIVATIONS[name].value), value);
    expectClose(z.map(ACTIVATIONS[name].slope), slope);
  });

  it("on the losses and their slopes", () => {
    const { predictions, labels, logits, label } = fixtures.losses;
    const { quadratic, mean_squared_error: squared, cross_entropy: entropy } = fixtures.losses;
    const pairs = predictions.map((prediction, index) => [prediction, labels[index] ?? 0] as const);
    const total = pairs.reduce((sum, pair) => sum + losses.quadratic(...pair), 0);
    expect(total).toBeCloseTo(quadratic.value, 12);
    expectClose(pairs.map((pair) => losses.quadraticSlope(...pair)), quadratic.slopes);
    expect(losses.meanSquaredError(predictions, labels)).toBeCloseTo(squared.value, 12);
    expectClose(losses.meanSquaredErrorSlopes(predictions, labels), squared.slopes);
    expect(losses.crossEntropy(logits, label)).toBeCloseTo(entropy.value, 12);
    expectClose(losses.crossEntropySlopes(logits, label), entropy.slopes);
  });

  it.each(fixtures.networks)("on every number of a network (%#)", ({ inputs, label, layers }) => {
    const network = layers.map((layer) => ({ ...layer, activation: layer.activation as ActivationName }));
    const steps = trace(network, inputs);
    const found = gradients(network, inputs, (logits) => losses.crossEntropySlopes(logits, label));
    for (const [place, layer] of layers.entries()) {
      expectClose(steps[place]?.preActivations ?? [], layer.preActivations);
      expectClose(steps[place]?.activations ?? [], layer.activations);
      expectClose(found[place]?.kernel.flat() ?? [], layer.kernelGradients.flat());
      expectClose(found[place]?.bias ?? [], layer.biasGradients);
    }
  });

  it("on the weights of a network after 25 steps of training, and on its loss", () => {
    const { points, labels, rate, steps, before, after, loss } = fixtures.training;
    const examples = points.map((inputs, index) => ({ inputs, label: labels[index] ?? [] }));
    let network = before.map((layer, place) => ({
      ...layer,
      activation: place < before.length - 1 ? ("tanh" as const) : ("linear" as const),
    }));
    for (let step = 0; step < steps; step++) {
      network = descendAll(network, examples, losses.binaryCrossEntropySlopes, rate) as typeof network;
    }
    for (const [place, layer] of after.entries()) {
      expectClose(network[place]?.kernel.flat() ?? [], layer.kernel.flat());
      expectClose(network[place]?.bias ?? [], layer.bias);
    }
    const each = examples.map(({ inputs, label }) =>
      losses.binaryCrossEntropy(trace(network, inputs).at(-1)?.activations[0] ?? 0, label[0] ?? 0),
    );
    expect(each.reduce((sum, own) => sum + own, 0) / each.length).toBeCloseTo(loss, 12);
  });

  it("whether softmax belongs to the last layer or to the loss", () => {
    const [first] = fixtures.networks;
    if (!first) throw new Error("no network");
    const linear = first.layers as (Dense & { activation: ActivationName })[];
    const ending = linear.map((layer, place) =>
      place === linear.length - 1 ? { ...layer, activation: "softmax" as const } : layer,
    );
    const slopes = (logits: readonly number[]) => losses.crossEntropySlopes(logits, first.label);
    expect(gradients(ending, first.inputs, slopes)).toEqual(gradients(linear, first.inputs, slopes));
  });
});

describe("the engine", () => {
  it("refuses inputs that do not fit the matrix", () => {
    expect(() => weightedSums([1, 2], [[1, 2, 3]])).toThrow("2 inputs do not fit a matrix of 1 rows");
  });

  it("makes probabilities of large logits without overflow", () => {
    expect(softmax([1000, 1000])).toEqual([0.5, 0.5]);
    expect(losses.crossEntropy([1000, 0], 0)).toBe(0);
  });
});
