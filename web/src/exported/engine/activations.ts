/** All activation functions of the engine and their slopes, over whole tensors. */

import { softmax } from "$lib/engine/activations";
import { lastOf, mapped, type Tensor } from "./tensor";

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

const ONE_BY_ONE: Record<string, (z: number) => number> = {
  linear: (z) => z,
  relu: (z) => Math.max(0, z),
  tanh: Math.tanh,
  sigmoid,
  leaky_relu: (z) => (z >= 0 ? z : 0.01 * z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  gelu: (z) => 0.5 * z * (1 + erf(z / Math.SQRT2)),
  silu: (z) => z * sigmoid(z),
  softplus: (z) => Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z))),
};

export function activated(name: string, z: Tensor): Tensor {
  if (name === "softmax") return overLastAxis(z);
  const one = ONE_BY_ONE[name];
  if (!one) throw new Error(`the activation ${name} is unknown to this page`);
  return name === "linear" ? z : mapped(z, one);
}

/** By the sum z and what became of it, h. As in the engine, a corner has the slope on one of its sides. */
const SLOPES: Record<string, (z: number, h: number) => number> = {
  linear: () => 1,
  relu: (z) => (z > 0 ? 1 : 0),
  tanh: (_, h) => 1 - h * h,
  sigmoid: (_, h) => h * (1 - h),
  leaky_relu: (z) => (z >= 0 ? 1 : 0.01),
  elu: (z) => (z > 0 ? 1 : Math.exp(z)),
  gelu: (z) => 0.5 * (1 + erf(z / Math.SQRT2)) + (z * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI),
  silu: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))),
  softplus: sigmoid,
};

/** Activations with a corner, or a jump of their slope's slope, at 0. */
export const CORNERED: ReadonlySet<unknown> = new Set(["relu", "leaky_relu", "elu"]);

/** The slope of a number in the sums, from its slope in the activations. */
export function activatedBack(name: string, z: Tensor, h: Tensor, slope: Tensor): Tensor {
  if (name === "linear") return slope;
  if (name === "softmax") return softmaxBack(h, slope);
  const one = SLOPES[name];
  if (!one) throw new Error(`the activation ${name} is unknown to this page`);
  return mapped(slope, (value, at) => value * one(z.data[at] ?? 0, h.data[at] ?? 0));
}

/** From shares of a softmax over the last axis, and slopes in them. */
export function softmaxBack(shares: Tensor, slope: Tensor): Tensor {
  const size = lastOf(shares);
  const data = new Float64Array(shares.data.length);
  for (let from = 0; from < data.length; from += size) {
    let mean = 0;
    for (let at = from; at < from + size; at++) mean += (shares.data[at] ?? 0) * (slope.data[at] ?? 0);
    for (let at = from; at < from + size; at++) data[at] = (shares.data[at] ?? 0) * ((slope.data[at] ?? 0) - mean);
  }
  return { shape: shares.shape, data };
}

function overLastAxis(z: Tensor): Tensor {
  const size = lastOf(z);
  const data = new Float64Array(z.data.length);
  for (let at = 0; at < data.length; at += size) data.set(softmax([...z.data.subarray(at, at + size)]), at);
  return { shape: z.shape, data };
}

/** The error function by its series near 0 and its continued fraction beyond (Abramowitz & Stegun 7.1.5, 7.1.14). */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let [term, sum] = [size, size];
    for (let n = 1; Math.abs(term) > 1e-17; n++) {
      term *= (-size * size) / n;
      sum += term / (2 * n + 1);
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction)));
}
