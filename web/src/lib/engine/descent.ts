/** Gradient descent on the one weight of y = w · x, with the loss ½ (y − ŷ)². */

import { quadratic, quadraticSlope } from "./losses";

export interface OneWeight {
  input: number;
  label: number;
}

export interface Moment {
  weight: number;
  loss: number;
  slope: number;
}

export function momentAt(weight: number, { input, label }: OneWeight): Moment {
  const prediction = weight * input;
  return {
    weight,
    loss: quadratic(prediction, label),
    slope: quadraticSlope(prediction, label) * input,
  };
}

/** One step against the slope. */
export function descend(moment: Moment, learningRate: number, problem: OneWeight): Moment {
  return momentAt(moment.weight - learningRate * moment.slope, problem);
}
