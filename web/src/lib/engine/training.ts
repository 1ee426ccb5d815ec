/** Training a network of dense layers in the page: gradient descent on all examples at once. */

import type { Dense, Vector } from "./dense";
import { type LayerGradients, gradients } from "./gradients";

export interface LabelledExample {
  inputs: Vector;
  label: Vector;
}

/** A layer that learns always has biases. */
export type LearningLayer = Dense & { bias: Vector };

export type Slopes = (outputs: Vector, label: Vector) => Vector;

/** One step of all weights against the mean slope over all examples. */
export function descendAll(
  layers: readonly LearningLayer[],
  examples: readonly LabelledExample[],
  slopes: Slopes,
  learningRate: number,
): LearningLayer[] {
  if (!examples.length) return [...layers];
  const each = examples.map(({ inputs, label }) =>
    gradients(layers, inputs, (outputs) => slopes(outputs, label)),
  );
  const share = learningRate / examples.length;
  return layers.map((layer, place) => stepped(layer, each, place, share));
}

function stepped(
  layer: LearningLayer,
  each: readonly (readonly LayerGradients[])[],
  place: number,
  share: number,
): LearningLayer {
  const total = (of: (found: LayerGradients) => number): number =>
    each.reduce((sum, found) => {
      const own = found[place];
      return own ? sum + of(own) : sum;
    }, 0);
  return {
    ...layer,
    kernel: layer.kernel.map((row, from) =>
      row.map((weight, to) => weight - share * total(({ kernel }) => kernel[from]?.[to] ?? 0)),
    ),
    bias: layer.bias.map((own, to) => own - share * total(({ bias }) => bias[to] ?? 0)),
  };
}
