/** The three trained networks of the chapter on uses, computed in the page. */

import { softmax } from "$lib/engine/activations";
import { type Dense, type Matrix, trace } from "$lib/engine/dense";
import kept from "./uses.json";

export interface Flower {
  length: number;
  width: number;
  species: number;
}

interface Trained {
  inputs: readonly { mean: number; scale: number }[];
  layers: readonly unknown[];
}

export const SPECIES: readonly string[] = kept.species;
export const FLOWERS: readonly Flower[] = kept.flowers.map(([length = 0, width = 0, species = 0]) => ({ length, width, species }));
export const SCORES = {
  classification: kept.classification.accuracy,
  regression: kept.regression.error,
  clustering: kept.clustering.accuracy,
};

/** The probability of each species. */
export function speciesOf(length: number, width: number): number[] {
  return softmax(through(kept.classification, [length, width]));
}

/** The width that is expected of a petal so long. */
export function widthOf(length: number): number {
  const { mean, scale } = kept.regression;
  return mean + scale * (through(kept.regression, [length])[0] ?? 0);
}

/** How much a flower belongs to each cluster. */
export function clustersOf(length: number, width: number): number[] {
  const embedded = through(kept.clustering, [length, width]);
  const centres = kept.clustering.layers.find((layer) => "centres" in layer)?.centres as Matrix;
  // Student's t-distribution over the distances to the centres (Xie, Girshick & Farhadi 2016, eq. 1).
  return softmax(
    centres.map((centre) => -Math.log1p(centre.reduce((sum, at, index) => sum + ((embedded[index] ?? 0) - at) ** 2, 0))),
  );
}

/** What the dense layers make of measures, standardised as in training. */
function through(of: Trained, measures: readonly number[]): number[] {
  const layers = (of.layers as (Dense | { centres: Matrix })[]).filter((layer): layer is Dense => "kernel" in layer);
  const standardised = measures.map((value, index) => {
    const { mean, scale } = of.inputs[index] ?? { mean: 0, scale: 1 };
    return (value - mean) / scale;
  });
  return trace(layers, standardised).at(-1)?.activations ?? [];
}

export function largest(shares: readonly number[]): { place: number; share: number } {
  const share = Math.max(...shares);
  return { place: shares.indexOf(share), share };
}
