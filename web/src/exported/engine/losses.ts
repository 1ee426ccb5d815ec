/** The losses of the engine: of one example's outputs, and their slopes in them. */

import { softmax } from "$lib/engine/activations";
import { type Tensor, zeros } from "./tensor";

/** How a training measured its loss, as `sharing/supported.py` writes it. */
export interface Loss {
  name: string;
  label_smoothing: number;
  /** By class; null where all count the same. */
  class_weights: number[] | null;
}

/** Above 0 a corner of `huber`, in the scale of the targets, where the engine's usual one is. */
const DELTA = 1;

interface Measured {
  loss: number;
  slope: Tensor;
}

/** The loss beside the truth: the number of the right class, or a number in the scale of the outputs. */
export function measure(how: Loss, outputs: Tensor, truth: number): Measured {
  const one = LOSSES[how.name];
  if (!one) throw new Error(`the loss ${how.name} is unknown to this page`);
  const found = one(outputs, truth, how.label_smoothing);
  const weight = how.class_weights?.[truth] ?? 1;
  return { loss: weight * found.loss, slope: { shape: outputs.shape, data: found.slope.data.map((value) => weight * value) } };
}

const LOSSES: Record<string, (outputs: Tensor, truth: number, smoothing: number) => Measured> = {
  cross_entropy: crossEntropy,
  binary_cross_entropy: binaryCrossEntropy,
  quadratic: (outputs, truth) => ofErrors(outputs, truth, (error) => [0.5 * error * error, error], false),
  mean_squared_error: (outputs, truth) => ofErrors(outputs, truth, (error) => [error * error, 2 * error]),
  mean_absolute_error: (outputs, truth) => ofErrors(outputs, truth, (error) => [Math.abs(error), Math.sign(error)]),
  huber: (outputs, truth) =>
    ofErrors(outputs, truth, (error) => {
      const near = Math.min(Math.abs(error), DELTA);
      return [0.5 * near * near + DELTA * (Math.abs(error) - near), Math.sign(error) * near];
    }),
};

export const KNOWN_LOSSES: readonly string[] = Object.keys(LOSSES);

function crossEntropy(outputs: Tensor, truth: number, smoothing: number): Measured {
  const logits = [...outputs.data];
  const largest = Math.max(...logits);
  const sum = Math.log(logits.reduce((total, logit) => total + Math.exp(logit - largest), 0)) + largest;
  const wanted = logits.map((_, place) => (1 - smoothing) * Number(place === truth) + smoothing / logits.length);
  const shares = softmax(logits);
  return {
    loss: wanted.reduce((total, share, place) => total + share * (sum - (logits[place] ?? 0)), 0),
    slope: { shape: outputs.shape, data: Float64Array.from(shares, (share, place) => share - (wanted[place] ?? 0)) },
  };
}

const softplus = (z: number): number => Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));

function binaryCrossEntropy(outputs: Tensor, truth: number, smoothing: number): Measured {
  const wanted = (1 - smoothing) * truth + 0.5 * smoothing;
  const slope = zeros(outputs.shape);
  let loss = 0;
  for (const [place, z] of outputs.data.entries()) {
    loss += (wanted * softplus(-z) + (1 - wanted) * softplus(z)) / outputs.data.length;
    slope.data[place] = (1 / (1 + Math.exp(-z)) - wanted) / outputs.data.length;
  }
  return { loss, slope };
}

function ofErrors(outputs: Tensor, truth: number, one: (error: number) => [number, number], isMean = true): Measured {
  const share = isMean ? 1 / outputs.data.length : 1;
  const each = Array.from(outputs.data, (output) => one(output - truth));
  return {
    loss: share * each.reduce((total, [loss]) => total + loss, 0),
    slope: { shape: outputs.shape, data: Float64Array.from(each, ([, slope]) => share * slope) },
  };
}
