/** All activation functions of the engine, over whole tensors. */

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
