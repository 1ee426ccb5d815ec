/** One walk back through the network of forward propagation, as the chapter shows it. */

import { ACTIVATIONS } from "$lib/engine/activations";
import { type Dense, type Matrix, trace, type Vector } from "$lib/engine/dense";
import { type LayerGradients, gradients } from "$lib/engine/gradients";
import { quadratic, quadraticSlope } from "$lib/engine/losses";

export interface Walk {
  activations: number[][];
  preActivations: number[][];
  /** δ of each unit, layer by layer after the inputs: the loss's slope in its sum z. */
  deltas: number[][];
  /** The slopes of all weights, layer by layer. */
  slopes: number[][][];
  loss: number;
}

export function walk(kernels: readonly Matrix[], inputs: Vector, label: Vector): Walk {
  const layers: Dense[] = kernels.map((kernel) => ({ kernel, activation: "tanh" }));
  const steps = trace(layers, inputs);
  const found: LayerGradients[] = gradients(layers, inputs, (outputs) =>
    outputs.map((output, index) => quadraticSlope(output, label[index] ?? 0)),
  );
  const outputs = steps.at(-1)?.activations ?? [];
  return {
    activations: steps.map(({ activations }) => activations),
    preActivations: steps.map(({ preActivations }) => preActivations),
    deltas: found.map(({ bias }) => bias),
    slopes: found.map(({ kernel }) => kernel),
    loss: outputs.reduce((sum, output, index) => sum + quadratic(output, label[index] ?? 0), 0),
  };
}

/** The slope of tanh at a sum. */
export const slopeAt = ACTIVATIONS.tanh.slope;

export function stepped(kernels: readonly Matrix[], slopes: Walk["slopes"], rate: number): Matrix[] {
  return kernels.map((kernel, layer) =>
    kernel.map((row, from) => row.map((weight, to) => weight - rate * (slopes[layer]?.[from]?.[to] ?? 0))),
  );
}
