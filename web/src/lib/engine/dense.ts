/** Layers as matrices: `kernel[i][j]` leads from neuron i of one layer to neuron j of the next. */

import { ACTIVATIONS, type ActivationName, softmax } from "./activations";

export type Vector = readonly number[];
export type Matrix = readonly Vector[];

export interface Dense {
  kernel: Matrix;
  bias?: Vector;
  activation: ActivationName | "softmax";
}

export interface Step {
  preActivations: number[];
  activations: number[];
}

/** z = x · W + b. */
export function weightedSums(inputs: Vector, kernel: Matrix, bias?: Vector): number[] {
  const first = kernel[0];
  if (!first || kernel.length !== inputs.length) {
    throw new Error(`${inputs.length} inputs do not fit a matrix of ${kernel.length} rows`);
  }
  return first.map((_, column) =>
    inputs.reduce((sum, input, row) => sum + input * (kernel[row]?.[column] ?? 0), bias?.[column] ?? 0),
  );
}

export function forward(layer: Dense, inputs: Vector): Step {
  const preActivations = weightedSums(inputs, layer.kernel, layer.bias);
  const activations =
    layer.activation === "softmax"
      ? softmax(preActivations)
      : preActivations.map(ACTIVATIONS[layer.activation].value);
  return { preActivations, activations };
}

/** All layers in order; what one gives, the next takes. */
export function trace(layers: readonly Dense[], inputs: Vector): Step[] {
  const steps: Step[] = [];
  for (const layer of layers) {
    steps.push(forward(layer, steps.at(-1)?.activations ?? inputs));
  }
  return steps;
}
