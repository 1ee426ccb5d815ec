/** Backpropagation through dense layers: slopes of a loss with respect to every weight. */

import { ACTIVATIONS } from "./activations";
import { type Dense, trace, type Vector } from "./dense";

export interface LayerGradients {
  kernel: number[][];
  bias: number[];
}

/**
 * Gradients of each layer, given the loss's slopes with respect to the last layer's activations.
 *
 * A last layer of softmax is left out of the way back: its slopes are those of its logits, as
 * `crossEntropySlopes` gives them.
 */
export function gradients(
  layers: readonly Dense[],
  inputs: Vector,
  outputSlopes: (outputs: Vector) => Vector,
): LayerGradients[] {
  const steps = trace(layers, inputs);
  const last = steps.at(-1);
  if (!last) return [];
  const endsInSoftmax = layers.at(-1)?.activation === "softmax";
  let slopes = outputSlopes(endsInSoftmax ? last.preActivations : last.activations);
  const found: LayerGradients[] = [];
  for (let place = layers.length - 1; place >= 0; place--) {
    const layer = layers[place];
    const step = steps[place];
    if (!layer || !step) continue;
    const { activation } = layer;
    const errors =
      activation === "softmax"
        ? [...slopes]
        : slopes.map((slope, unit) => slope * ACTIVATIONS[activation].slope(step.preActivations[unit] ?? 0));
    const before = steps[place - 1]?.activations ?? inputs;
    found.unshift({
      kernel: before.map((input) => errors.map((error) => input * error)),
      bias: errors,
    });
    slopes = layer.kernel.map((row) =>
      row.reduce((sum, weight, unit) => sum + weight * (errors[unit] ?? 0), 0),
    );
  }
  return found;
}
