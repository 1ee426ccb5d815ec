/** The strongest connections of a dense layer, as the server tells them. */

import type { Connection } from "$lib/messages";
import type { Tensor } from "./engine/tensor";

const MOST = 40;

/** The largest products of inputs and weights, by their size, in the kernel's order; none of 0. */
export function strongest(inputs: Tensor, kernel: Tensor | undefined, most = MOST): Connection[] {
  const [rows = 0, units = 1] = kernel?.shape ?? [];
  if (!kernel || kernel.shape.length !== 2 || inputs.shape.length !== 1 || inputs.data.length !== rows) return [];
  const products = kernel.data.map((weight, at) => weight * (inputs.data[Math.floor(at / units)] ?? 0));
  return largestPlaces(products, most).map((at) => ({
    input: Math.floor(at / units), unit: at % units, product: products[at] ?? 0,
  }));
}

/** One pass: among the largest so far, which are kept in order, only few find a place; the first of equals. */
function largestPlaces(numbers: Float64Array, most: number): number[] {
  const places: number[] = [];
  let bound = 0;
  for (const [index, number] of numbers.entries()) {
    const size = Math.abs(number);
    if (!(size > bound)) continue;
    let at = Math.min(places.length, most - 1);
    for (; at > 0 && Math.abs(numbers[places[at - 1] ?? 0] ?? 0) < size; at--) places[at] = places[at - 1] ?? 0;
    places[at] = index;
    if (places.length === most) bound = Math.abs(numbers[places[most - 1] ?? 0] ?? 0);
  }
  return places.sort((one, other) => one - other);
}
