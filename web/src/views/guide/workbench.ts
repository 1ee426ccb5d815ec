/** Where in the workbench a chapter's subject is seen on a real network. */

import type { ModelDescription } from "$lib/messages";
import type { Place } from "$lib/place";

/** How near one looks: the whole network, a layer, a neuron, one weight; or how well it answers. */
export type Level = "network" | "layer" | "unit" | "weight" | "test";

/** Whether a chapter's subject is seen on a model: a matrix where it is of one, digits where it is of them. */
export function suits(model: ModelDescription, level: Level, on?: "digits"): boolean {
  if (on && !(model.classes.join("") === "0123456789" && model.fields.some(({ shape }) => shape.length >= 2))) return false;
  return level === "test" || level === "network" || placeIn(model, level).layer !== null;
}

/** The place in a model: of its first matrix, or the whole network where it has none. */
export function placeIn(model: ModelDescription, level: Level): Partial<Place> {
  const nowhere = { layer: null, unit: null, array: null, weight: null };
  if (level === "test") return { ...nowhere, view: "test", model: model.id };
  const network: Partial<Place> = { ...nowhere, view: "inside", model: model.id, example: null };
  const layer = model.layers.find(({ parameters }) =>
    parameters.some(({ path, shape }) => path === "kernel" && shape.length === 2),
  );
  if (level === "network" || !layer) return network;
  if (level === "layer") return { ...network, layer: layer.name };
  if (level === "unit") return { ...network, layer: layer.name, unit: [0] };
  return { ...network, layer: layer.name, unit: [0], array: "kernel", weight: [0, 0] };
}
