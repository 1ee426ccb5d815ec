/** Why a prediction came out as it did, by the definition of `src/pellucid/inspection`. */

import type { ModelDescription, Why } from "$lib/messages";
import { CORNERED } from "./engine/activations";
import { canGoBack } from "./engine/backward";
import type { Breathe } from "./engine/breathing";
import { backToSums, follow, followSums, goBack, type Link } from "./engine/chain";
import { averageGradient, type Curve } from "./engine/integration";
import { apply, type LayerSettings } from "./engine/layers";
import { endsOf, type Line, lineOf, oneSided, opened } from "./engine/lookups";
import { needed, sizeOf, type Tensor } from "./engine/tensor";
import type { Answering } from "./contents";
import type { Network } from "./network";
import { columns, type Told } from "./parts";

/** Activations that are straight but for corners, and families of layers that are straight. */
const STRAIGHT: readonly unknown[] = ["linear", "relu", "leaky_relu", undefined];
const STRAIGHT_FAMILIES = new Set(["dense", "dropout", "batch_normalization", "centring"]);
/** The numbers of what fills a text up, and of a word that is not in the vocabulary. */
const [PADDING, UNKNOWN] = [0, 1];
/** How far from an end of the line words have appeared, and nothing else has changed. */
const NEXT_TO_AN_END = 1e-12;
const POINTWISE = new Set(["dense", "dropout", "batch_normalization", "layer_normalization", "centring", "centres"]);

/** The families that keep a page from saying why, if any. */
export function unexplained(layers: readonly LayerSettings[]): string[] {
  const nowhere = lineOf(new Float64Array(), new Float64Array());
  const closed = layers.filter((layer, place) => !canGoBack([place ? layer : opened(layer, nowhere)]));
  return [...new Set(closed.map(({ family }) => family))];
}

/** One number made of the outputs: their weighted sum plus an offset, or a curve over that. */
interface Asked {
  label: string | null;
  against: string | null;
  meaning: string;
  weights: number[];
  offset: number;
  curve: { unit: number; highest: number } | null;
}

interface Settled {
  description: ModelDescription;
  /** The average training row as the network sees it, and what it stands for. */
  baseline: { vector: Float64Array; told: string };
  /** Of numbers, where it is known. */
  unit: string;
}

export async function why(
  network: Network,
  { description, baseline, unit }: Settled,
  row: Told & { id: string; vector: Float64Array },
  label: string | null,
  breathe: Breathe,
): Promise<Why> {
  const outputs = network.trace(row.vector).at(-1)?.activations.data ?? new Float64Array();
  const answer = network.answer(outputs);
  const isOfClusters = network.answering.kind === "clusters";
  const target = isOfClusters ? "cluster" : answer.target;
  const likeliest = answer.probabilities.reduce((most, each) => (each.probability > most.probability ? each : most), { label: "", probability: -1 });
  const asked = ask(network.answering, target, outputs.length, answer.probabilities.map((each) => each.label), label ?? likeliest.label);
  const number = numberOf(asked);
  const start = beside(baseline.vector, description, row);
  const links = network.links();
  const values = await contributions(links, number, lineOf(start, row.vector), breathe);
  const [before, after] = [start, row.vector].map((end) => number.value(follow(links, vectorOf(end)).at(-1)?.activations.data ?? end)) as [number, number];
  const probability = (of: Float64Array): number | null =>
    network.answer(of).probabilities.find((each) => each.label === asked.label)?.probability ?? null;
  return {
    example: row.id,
    target,
    prediction: answer.prediction,
    label: asked.label,
    against: asked.against,
    meaning: asked.meaning,
    output: after,
    baseline: before,
    output_written: `${written(after)} ${unit}`.trimEnd(),
    baseline_written: `${written(before)} ${unit}`.trimEnd(),
    error: before + values.reduce((sum, value) => sum + value, 0) - after,
    probability: probability(outputs),
    baseline_probability: probability(network.trace(start).at(-1)?.activations.data ?? outputs),
    compared_with: baseline.told,
    columns: columns(description.input_blocks, row, values, (at) => row.vector[at] !== start[at]),
  };
}

/** The average row as an example is held against it: a text that is read word by word beside as many unknown words. */
function beside(average: Float64Array, { input_blocks: blocks }: ModelDescription, { vector, words }: Told & { vector: Float64Array }): Float64Array {
  const own = average.slice();
  for (const { column, offset, size } of blocks) {
    if (!words[column]) continue;
    own.set(vector.subarray(offset, offset + size).map((number) => (number === PADDING ? PADDING : UNKNOWN)), offset);
  }
  return own;
}

function ask(how: Answering, target: string, n: number, labels: readonly string[], label: string): Asked {
  const weights = Array<number>(n).fill(0);
  if (how.kind === "number") {
    weights[0] = how.scale;
    const curve = how.bend === null || how.highest === null ? null : { unit: how.bend, highest: how.highest };
    return { label: null, against: null, meaning: target, weights, offset: how.mean, curve };
  }
  const position = labels.indexOf(label);
  const other = labels.length === 2 ? 1 - position : null;
  const factor = 1 / how.temperature;
  if (n === 1) weights[0] = position === 1 ? factor : -factor;
  else {
    weights[position] = factor;
    if (other !== null) weights[other] = -factor;
  }
  const name = `${target} = ${label}`;
  const against = other === null ? null : (labels[other] ?? null);
  const meaning = against === null ? `logit of ${name}` : `log-odds of ${name} against ${against}`;
  return { label, against, meaning, weights, offset: 0, curve: null };
}

interface Numbered {
  isBent: boolean;
  value(outputs: Float64Array): number;
  slope(outputs: Float64Array): Float64Array;
}

function numberOf({ weights, offset, curve }: Asked): Numbered {
  const linear = (outputs: Float64Array): number => outputs.reduce((sum, output, at) => sum + output * (weights[at] ?? 0), offset);
  return {
    isBent: curve !== null,
    value(outputs) {
      const plain = linear(outputs);
      return curve ? Math.expm1(Math.min(Math.max(plain, 0), curve.highest)) * curve.unit : plain;
    },
    slope(outputs) {
      const plain = linear(outputs);
      const isHeld = curve !== null && (plain < 0 || plain > curve.highest);
      const steep = curve ? (isHeld ? 0 : Math.exp(plain) * curve.unit) : 1;
      return Float64Array.from(weights, (weight) => weight * steep);
    },
  };
}

function vectorOf(data: Float64Array): Tensor {
  return { shape: [data.length], data };
}

/** What each input contributed; a first dense layer's weights come in once, at the end. */
async function contributions(closed: readonly Link[], number: Numbered, line: Line, breathe: Breathe): Promise<Float64Array> {
  const links = closed.map((link, place) => (place ? link : { ...link, settings: opened(link.settings, line) }));
  const [start, end] = endsOf(line);
  const [first, ...rest] = links;
  if (!first) return end;
  const bySums = first.settings.family === "dense";
  const sumsOf = (inputs: Float64Array): Float64Array =>
    bySums ? apply(first.settings, first.params, vectorOf(inputs)).preActivations.data : inputs;
  const traced = (at: Float64Array) => (bySums ? followSums(first, rest, vectorOf(at)) : follow(links, vectorOf(at)));
  const outputsOf = (at: Float64Array): Float64Array => traced(at).at(-1)?.activations.data ?? at;
  const kinked = links.flatMap(({ settings }, place) => (CORNERED.has(settings["activation"]) ? [place] : []));
  const ends = [sumsOf(start), sumsOf(end)] as const;
  const atEnd = traced(ends[1]);
  const curve: Curve = {
    value: (at) => number.value(outputsOf(at)),
    gradient(at) {
      const steps = traced(at);
      const outputs = steps.at(-1)?.activations ?? vectorOf(at);
      const slope = { shape: outputs.shape, data: number.slope(outputs.data) };
      return (bySums ? backToSums(steps, slope) : goBack(steps, slope)).data;
    },
    cornered(at, layer) {
      const place = kinked[layer] ?? 0;
      if (bySums && place === 0) return at;
      const upTo = bySums ? followSums(first, rest.slice(0, place), vectorOf(at)) : follow(links.slice(0, place + 1), vectorOf(at));
      return upTo[place]?.preActivations.data ?? at;
    },
    nCornered: kinked.reduce((sum, place) => sum + sizeOf(atEnd[place]?.preActivations.shape ?? []), 0),
    hidesCorners: links.some(({ settings }) => Object.values(settings).some((value) => Array.isArray(value) && hides(value))),
    isDense: links.every(({ settings }) => POINTWISE.has(settings.family)),
    isStraight: !number.isBent && links.every(({ settings }) => isStraight(settings)),
  };
  const gradient = await averageGradient(curve, kinked.length, ends, breathe);
  const kernel = bySums ? needed(first.params, "kernel") : null;
  const leaps = leapsOf(curve, line, ends);
  return end.map((value, at) => {
    const way = value - (start[at] ?? 0);
    if (!way || !kernel) return way * (gradient[at] ?? 0) + (leaps.get(at) ?? 0);
    let slope = 0;
    for (let unit = 0; unit < gradient.length; unit++) slope += (kernel.data[at * gradient.length + unit] ?? 0) * (gradient[unit] ?? 0);
    return way * slope;
  });
}

/** What words say by being there at all, shared evenly by them; by place. */
function leapsOf(curve: Curve, line: Line, [start, end]: readonly [Float64Array, Float64Array]): Map<number, number> {
  const places = oneSided(line);
  if (!places.length) return new Map();
  const [before, begun, ending, after] = [0, NEXT_TO_AN_END, 1 - NEXT_TO_AN_END, 1].map((t) =>
    curve.value(start.map((value, at) => value + t * ((end[at] ?? 0) - value))),
  ) as [number, number, number, number];
  return new Map(places.map((at) => [at, (begun - before + after - ending) / places.length]));
}

/** Whether a layer is linear between its corners. */
function isStraight({ family, activation }: LayerSettings): boolean {
  return STRAIGHT_FAMILIES.has(family) && STRAIGHT.includes(activation);
}

/** Whether something within has units with a corner. */
function hides(settings: unknown): boolean {
  if (Array.isArray(settings)) return settings.some(hides);
  if (typeof settings !== "object" || settings === null) return false;
  return CORNERED.has((settings as LayerSettings)["activation"]) || Object.values(settings).some(hides);
}

/** A number by its first five digits, thousands set apart; as `inspection/values.py` writes it. */
export function written(value: number): string {
  const text = value.toPrecision(5);
  const [digits = "", exponent] = text.split("e");
  const short = digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
  if (exponent === undefined) return short.replace("-", "−");
  if (Number(exponent) > 0 && Math.abs(value) < 1e15) {
    return Number(text).toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",").replace("-", "−");
  }
  return `${short}e${exponent}`;
}
