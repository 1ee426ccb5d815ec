/** Some layers of a network one after the other, forwards and back. */

import { activated, activatedBack } from "./activations";
import { back, type Traced } from "./backward";
import { apply, type LayerSettings } from "./layers";
import type { Params, Tensor } from "./tensor";

export interface Link {
  settings: LayerSettings;
  params: Params;
}

export function follow(links: readonly Link[], inputs: Tensor): Traced[] {
  let signal = inputs;
  return links.map(({ settings, params }) => {
    const traced = { settings, params, inputs: signal, ...apply(settings, params, signal) };
    signal = traced.activations;
    return traced;
  });
}

/** A dense layer from its weighted sums on, and what follows it. */
export function followSums({ settings, params }: Link, rest: readonly Link[], sums: Tensor): Traced[] {
  const activations = activated(String(settings["activation"] ?? "linear"), sums);
  const first = { settings, params, inputs: sums, preActivations: sums, activations };
  return [first, ...follow(rest, activations)];
}

/** From slopes in the outputs back to slopes in the inputs of the first of some layers. */
export function goBack(traced: readonly Traced[], slope: Tensor): Tensor {
  return [...traced].reverse().reduce((signal, step) => back(step, { shape: step.activations.shape, data: signal.data }).inputs, slope);
}

/** The same where the first is a dense layer that was followed from its sums on. */
export function backToSums([first, ...rest]: readonly Traced[], slope: Tensor): Tensor {
  if (!first) return slope;
  const outer = goBack(rest, slope);
  return activatedBack(String(first.settings["activation"] ?? "linear"), first.preActivations, first.activations, outer);
}
