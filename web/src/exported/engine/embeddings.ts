/** Numbers of words that become vectors, and vectors between those of two words (`lookups.ts`); forwards and back. */

import type { Slopes, Traced } from "./backward";
import type { LayerSettings } from "./layers";
import { lastOf, mapped, needed, type Params, sizeOf, type Tensor, zeros } from "./tensor";

/** Which row of the table a number stands for; null for padding, whose vector is 0. */
function entryOf({ padded }: LayerSettings, entries: number, value: number): number | null {
  const number = Math.trunc(value);
  return padded && number === 0 ? null : Math.min(entries - 1, Math.max(0, number));
}

export function embedding(settings: LayerSettings, params: Params, inputs: Tensor): Tensor {
  const table = needed(params, "table");
  const [entries = 1, features = 1] = table.shape;
  const found = zeros([...inputs.shape, features]);
  for (const [place, value] of inputs.data.entries()) {
    const entry = entryOf(settings, entries, value);
    if (entry !== null) found.data.set(table.data.subarray(entry * features, (entry + 1) * features), place * features);
  }
  return found;
}

export function embeddingBag(settings: LayerSettings, params: Params, inputs: Tensor): Tensor {
  return added(embedding(settings, params, inputs), shareOf(settings, counted(settings, inputs)));
}

/** All vectors' sum, times a share. */
function added(vectors: Tensor, share: number): Tensor {
  const features = lastOf(vectors);
  const found = zeros([features]);
  for (const [index, value] of vectors.data.entries()) found.data[index % features]! += value;
  return mapped(found, (value) => value * share);
}

function counted({ padded }: LayerSettings, { shape, data }: Tensor): number {
  return padded ? data.filter((value) => Math.trunc(value) !== 0).length : sizeOf(shape);
}

function shareOf({ how }: LayerSettings, count: number): number {
  return how === "average" ? 1 / Math.max(1, count) : 1;
}

export function embeddingBack({ settings, params, inputs }: Traced, slope: Tensor, withParams: boolean): Slopes {
  const none = zeros(inputs.shape);
  if (!withParams) return { inputs: none, params: {} };
  const table = zeros(needed(params, "table").shape);
  const [entries = 1, features = 1] = table.shape;
  for (const [place, value] of inputs.data.entries()) {
    const entry = entryOf(settings, entries, value);
    if (entry === null) continue;
    for (let at = 0; at < features; at++) table.data[entry * features + at]! += slope.data[place * features + at] ?? 0;
  }
  return { inputs: none, params: { table } };
}

export function embeddingBagBack(traced: Traced, slope: Tensor, withParams: boolean): Slopes {
  const { settings, inputs } = traced;
  return embeddingBack(traced, spread(slope, inputs.data.length, shareOf(settings, counted(settings, inputs))), withParams);
}

/** The slope of a sum times a share, in each of what was added up. */
function spread(slope: Tensor, places: number, share: number): Tensor {
  const features = lastOf(slope);
  return mapped(zeros([places, features]), (_, at) => share * (slope.data[at % features] ?? 0));
}

type Numbers = Float64Array | readonly number[];

/** Vectors on their way from the words of one example to those of another: `inputs` say how far each has come. */
export function between(settings: LayerSettings, params: Params, inputs: Tensor): Tensor {
  const [first, last] = endsOf(settings, params);
  const features = lastOf(first);
  const far = (at: number): number => inputs.data[Math.floor(at / features)] ?? 0;
  const vectors = mapped(first, (value, at) => (1 - far(at)) * value + far(at) * (last.data[at] ?? 0));
  return isOfBag(settings) ? added(vectors, shareBetween(settings, inputs)) : vectors;
}

export function betweenBack({ settings, params, inputs }: Traced, slope: Tensor): Slopes {
  const [first, last] = endsOf(settings, params);
  const features = lastOf(first);
  const each = isOfBag(settings) ? spread(slope, inputs.data.length, shareBetween(settings, inputs)) : slope;
  const found = zeros(inputs.shape);
  for (const [at, value] of each.data.entries()) {
    found.data[Math.floor(at / features)]! += value * ((last.data[at] ?? 0) - (first.data[at] ?? 0));
  }
  return { inputs: found, params: {} };
}

function isOfBag({ how }: LayerSettings): boolean {
  return how !== undefined;
}

/** On the way, both what is left and what comes is there; a word that is not yet, or no more, is not. */
function shareBetween(settings: LayerSettings, { shape, data }: Tensor): number {
  const [before, after] = [settings["before"], settings["after"]] as [Numbers, Numbers];
  const isThere = (far: number, at: number): boolean => (before[at] !== 0 && far < 1) || (after[at] !== 0 && far > 0);
  return shareOf(settings, settings["padded"] ? data.filter(isThere).length : sizeOf(shape));
}

function endsOf(settings: LayerSettings, params: Params): [Tensor, Tensor] {
  const vectors = (numbers: Numbers): Tensor =>
    embedding(settings, params, { shape: [numbers.length], data: Float64Array.from(numbers) });
  return [vectors(settings["before"] as Numbers), vectors(settings["after"] as Numbers)];
}
