/**
 * What the layers of a network do with one example, as the engine's `nn` does it.
 *
 * `FAMILIES` is all that the page can compute; `src/pellucid/sharing/supported.py` names the same, but for `between`,
 * which embeddings are exchanged for (`lookups.ts`).
 */

import { activated } from "./activations";
import { between, embedding, embeddingBag } from "./embeddings";
import { periodicEmbedding } from "./periodic";
import { positions, recurrent, selfAttention } from "./sequences";
import { lastOf, mapped, needed, type Params, sizeOf, type Tensor, within, zeros } from "./tensor";
import { perAxis, visitAll, type Windows } from "./windows";

/** A layer's description, as `Layer.to_dict` writes it. */
export interface LayerSettings {
  family: string;
  name?: string | null;
  [setting: string]: unknown;
}

export interface Step {
  preActivations: Tensor;
  activations: Tensor;
  /** What else there is to see: gates, attention, the networks of an ensemble. */
  details?: Record<string, Tensor>;
}

type Apply = (settings: LayerSettings, params: Params, inputs: Tensor) => Tensor | Step;

export const FAMILIES: Record<string, Apply> = {
  dense,
  dropout: (_, __, inputs) => inputs,
  reshape: ({ shape }, _, inputs) => ({ ...inputs, shape: reshaped(shape as number[], inputs.data.length) }),
  convolution,
  pooling,
  global_pooling: globalPooling,
  batch_normalization: batchNormalization,
  layer_normalization: layerNormalization,
  centring,
  residual,
  embedding,
  embedding_bag: embeddingBag,
  between,
  centres,
  gru: recurrent,
  lstm: recurrent,
  self_attention: selfAttention,
  positions,
  periodic_embedding: periodicEmbedding,
  branches,
  ensemble,
};

/** One layer: what comes before its activation function, and what after. */
export function apply(settings: LayerSettings, params: Params, inputs: Tensor): Step {
  const family = FAMILIES[settings.family];
  if (!family) throw new Error(`layers of the family ${settings.family} are unknown to this page`);
  const found = family(settings, params, inputs);
  return "activations" in found ? found : { preActivations: found, activations: found };
}

export function ended(settings: LayerSettings, z: Tensor): Step {
  return { preActivations: z, activations: activated(String(settings["activation"] ?? "linear"), z) };
}

function withBias(settings: LayerSettings, params: Params, z: Tensor): Tensor {
  if (!settings["bias"]) return z;
  const { data } = needed(params, "bias");
  return mapped(z, (value, index) => value + (data[index % data.length] ?? 0));
}

function dense(settings: LayerSettings, params: Params, inputs: Tensor): Step {
  const kernel = needed(params, "kernel");
  const [rows = 1, units = 1] = kernel.shape;
  const z = zeros([...inputs.shape.slice(0, -1), units]);
  for (let from = 0; from < inputs.data.length; from++) {
    const value = inputs.data[from] ?? 0;
    if (value === 0) continue;
    const [row, start] = [from % rows, Math.floor(from / rows) * units];
    for (let unit = 0; unit < units; unit++) z.data[start + unit]! += value * (kernel.data[row * units + unit] ?? 0);
  }
  return ended(settings, withBias(settings, params, z));
}

function reshaped(shape: readonly number[], size: number): number[] {
  const given = shape.filter((n) => n !== -1).reduce((total, n) => total * n, 1);
  return shape.map((n) => (n === -1 ? size / given : n));
}

export function windowsOf(settings: LayerSettings, axes: number): Windows {
  const size = perAxis(settings["size"], axes);
  return {
    size,
    stride: settings["stride"] == null ? size : perAxis(settings["stride"], axes),
    dilation: perAxis(settings["dilation"] ?? 1, axes),
    padding: String(settings["padding"]),
  };
}

function convolution(settings: LayerSettings, params: Params, inputs: Tensor): Step {
  const kernel = needed(params, "kernel");
  const places = inputs.shape.slice(0, -1);
  const channels = lastOf(inputs);
  const groups = Number(settings["groups"] ?? 1);
  const [own, filters] = [channels / groups, lastOf(kernel)];
  const windows = windowsOf(settings, places.length);
  const sums: number[][] = [];
  const counts = visitAll(windows, places, (window, inside, place) => {
    const sum = (sums[window] ??= Array<number>(filters).fill(0));
    for (let filter = 0; filter < filters; filter++) {
      const first = Math.floor((filter * groups) / filters) * own;
      let total = sum[filter] ?? 0;
      for (let channel = 0; channel < own; channel++) {
        total +=
          (inputs.data[place * channels + first + channel] ?? 0) *
          (kernel.data[(inside * own + channel) * filters + filter] ?? 0);
      }
      sum[filter] = total;
    }
  });
  const z = zeros([...counts, filters]);
  for (const [window, sum] of sums.entries()) if (sum) z.data.set(sum, window * filters);
  return ended(settings, withBias(settings, params, z));
}

function pooling(settings: LayerSettings, _: Params, inputs: Tensor): Tensor {
  const places = inputs.shape.slice(0, -1);
  const channels = lastOf(inputs);
  const isMax = settings["how"] === "max";
  const kept: number[][] = [];
  const real: number[] = [];
  const counts = visitAll(windowsOf(settings, places.length), places, (window, _inside, place) => {
    const own = (kept[window] ??= Array<number>(channels).fill(isMax ? Number.NEGATIVE_INFINITY : 0));
    real[window] = (real[window] ?? 0) + 1;
    for (let channel = 0; channel < channels; channel++) {
      const value = inputs.data[place * channels + channel] ?? 0;
      own[channel] = isMax ? Math.max(own[channel] ?? value, value) : (own[channel] ?? 0) + value;
    }
  });
  const found = zeros([...counts, channels]);
  for (const [window, own] of kept.entries()) {
    const share = isMax ? 1 : (real[window] ?? 1);
    found.data.set(own.map((value) => value / share), window * channels);
  }
  return found;
}

function globalPooling(settings: LayerSettings, _: Params, inputs: Tensor): Tensor {
  const channels = lastOf(inputs);
  const isMax = settings["how"] === "max";
  const columns = Array.from({ length: channels }, (): number[] => []);
  for (let place = 0; place < inputs.data.length; place += channels) {
    const own = inputs.data.subarray(place, place + channels);
    if (settings["padded"] && own.every((value) => value === 0)) continue;
    for (const [channel, value] of own.entries()) columns[channel]?.push(value);
  }
  const one = (values: number[]): number => {
    if (!values.length) return 0;
    return isMax ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return { shape: [channels], data: Float64Array.from(columns, one) };
}

function batchNormalization(settings: LayerSettings, params: Params, inputs: Tensor): Step {
  const [mean, variance, scale, shift] = ["running_mean", "running_variance", "scale", "shift"].map(
    (name) => needed(params, name).data,
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const epsilon = Number(settings["epsilon"]);
  const z = mapped(inputs, (value, index) => {
    const at = index % mean.length;
    const standard = (value - (mean[at] ?? 0)) / Math.sqrt((variance[at] ?? 1) + epsilon);
    return standard * (scale[at] ?? 1) + (shift[at] ?? 0);
  });
  return ended(settings, z);
}

function layerNormalization(settings: LayerSettings, params: Params, inputs: Tensor): Step {
  const size = lastOf(inputs);
  const [scale, shift] = [needed(params, "scale").data, needed(params, "shift").data];
  const z = zeros(inputs.shape);
  for (let at = 0; at < z.data.length; at += size) {
    const own = inputs.data.subarray(at, at + size);
    const mean = own.reduce((sum, value) => sum + value, 0) / size;
    const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    const deviation = Math.sqrt(variance + Number(settings["epsilon"]));
    z.data.set(own.map((value, index) => ((value - mean) / deviation) * (scale[index] ?? 1) + (shift[index] ?? 0)), at);
  }
  return withoutPadding(settings, inputs, ended(settings, z));
}

/** Steps that hold nothing but zeros stay so, where the layer is told that they are padding. */
export function withoutPadding(settings: LayerSettings, inputs: Tensor, { preActivations, activations }: Step): Step {
  if (!settings["padded"]) return { preActivations, activations };
  const size = lastOf(inputs);
  const isThere = (index: number, of: Tensor): boolean => {
    const place = Math.floor(index / lastOf(of)) * size;
    return inputs.data.subarray(place, place + size).some((value) => value !== 0);
  };
  const masked = (of: Tensor): Tensor => mapped(of, (value, index) => (isThere(index, of) ? value : 0));
  return { preActivations: masked(preActivations), activations: masked(activations) };
}

/** Less the mean over the first axis. */
function centring(_: LayerSettings, __: Params, inputs: Tensor): Tensor {
  const n = inputs.shape[0] ?? 1;
  const inner = inputs.data.length / n;
  const means = new Float64Array(inner);
  for (const [index, value] of inputs.data.entries()) means[index % inner]! += value / n;
  return mapped(inputs, (value, index) => value - (means[index % inner] ?? 0));
}

function residual(settings: LayerSettings, params: Params, inputs: Tensor): Step {
  const ways = residualWays(settings, params, inputs);
  const [main, beside] = ways.map(outputOf) as [Tensor, Tensor];
  const joined = ended(settings, mapped(main, (value, index) => value + (beside.data[index] ?? 0)));
  return { ...withoutPadding(settings, inputs, joined), details: letOut(ways.map((way) => ["", way])) };
}

/** What inner layers let out on some ways, and their own details; `<way><layer>.<what>`. */
function letOut(ways: readonly (readonly [string, Way])[]): Record<string, Tensor> {
  const all = ways.flatMap(([prefix, { steps }]) =>
    steps.flatMap(({ name, activations, details }) =>
      Object.entries({ ...details, activations }).map(([what, tensor]): [string, Tensor] => [`${prefix}${name}.${what}`, tensor]),
    ),
  );
  return Object.fromEntries(all);
}

/** The two ways through a residual block, step by step. */
export function residualWays(settings: LayerSettings, params: Params, inputs: Tensor): [Way, Way] {
  return [
    through(settings["layers"] as LayerSettings[], "", params, inputs),
    through(settings["shortcut"] as LayerSettings[], "shortcut_", params, inputs),
  ];
}

/** One inner layer on the way of an example. */
export interface InnerStep extends Step {
  settings: LayerSettings;
  name: string;
  params: Params;
  inputs: Tensor;
}

export interface Way {
  inputs: Tensor;
  steps: InnerStep[];
}

export function outputOf({ inputs, steps }: Way): Tensor {
  return steps.at(-1)?.activations ?? inputs;
}

/** Inner layers in order; each is named by its own name, or by its family and a count. */
export function through(layers: readonly LayerSettings[], prefix: string, params: Params, inputs: Tensor): Way {
  const seen: Record<string, number> = {};
  const steps: InnerStep[] = [];
  let signal = inputs;
  for (const settings of layers) {
    const count = (seen[settings.family] = (seen[settings.family] ?? 0) + 1);
    const name = prefix + (settings.name ?? `${settings.family}_${count}`);
    const own = within(params, name);
    const step = apply(settings, own, signal);
    steps.push({ ...step, settings, name, params: own, inputs: signal });
    signal = step.activations;
  }
  return { inputs, steps };
}

/** A part of an example with layers of its own. */
export interface Branch {
  name: string;
  start: number;
  stop: number;
  layers: LayerSettings[];
}

/** What each branch does with its part, and which entries belong to none. */
export function branchWays(settings: LayerSettings, params: Params, inputs: Tensor): { ways: { branch: Branch; way: Way }[]; rest: number[] } {
  const all = settings["branches"] as Branch[];
  const ways = all.map((branch) => {
    const own: Tensor = { shape: [branch.stop - branch.start], data: inputs.data.slice(branch.start, branch.stop) };
    return { branch, way: through(branch.layers, "", within(params, branch.name), own) };
  });
  const isFree = (at: number): boolean => !all.some(({ start, stop }) => start <= at && at < stop);
  return { ways, rest: [...inputs.data.keys()].filter(isFree) };
}

function branches(settings: LayerSettings, params: Params, inputs: Tensor): Step {
  const { ways, rest } = branchWays(settings, params, inputs);
  const numbers = [...ways.map(({ way }) => outputOf(way).data), Float64Array.from(rest, (at) => inputs.data[at] ?? 0)];
  const joined = { shape: [0], data: Float64Array.from(numbers.flatMap((own) => [...own])) };
  joined.shape = [joined.data.length];
  const details = letOut(ways.map(({ branch, way }) => [`${branch.name}.`, way]));
  return { preActivations: joined, activations: joined, details };
}

/** One member's own arrays, of those of all. */
export function memberOf(params: Params, member: number): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape, data }]) => {
      const size = sizeOf(shape.slice(1));
      return [name, { shape: shape.slice(1), data: data.subarray(member * size, (member + 1) * size) }];
    }),
  );
}

export function memberWays(settings: LayerSettings, params: Params, inputs: Tensor): Way[] {
  const layers = settings["layers"] as LayerSettings[];
  return Array.from({ length: Number(settings["members"]) }, (_, member) => through(layers, "", memberOf(params, member), inputs));
}

function ensemble(settings: LayerSettings, params: Params, inputs: Tensor): Step {
  const ways = memberWays(settings, params, inputs);
  const members = stacked(ways.map(outputOf));
  const { shape } = outputOf(ways[0] ?? { inputs, steps: [] });
  const mean = zeros(shape);
  for (const [at, value] of members.data.entries()) mean.data[at % mean.data.length]! += value / ways.length;
  const details: Record<string, Tensor> = { members };
  for (const [place, { name }] of (ways[0]?.steps ?? []).entries()) {
    details[`${name}.activations`] = stacked(ways.map(({ steps }) => (steps[place] as InnerStep).activations));
  }
  return { preActivations: mean, activations: mean, details };
}

export function stacked(all: readonly Tensor[]): Tensor {
  const [first = zeros([0])] = all;
  const joined = zeros([all.length, ...first.shape]);
  all.forEach(({ data }, place) => joined.data.set(data, place * data.length));
  return joined;
}

/** Logits of clusters: −log(1 + the squared distance to each centre). */
function centres(_: LayerSettings, params: Params, inputs: Tensor): Tensor {
  const all = needed(params, "centres");
  const units = lastOf(all);
  const distances = zeros([units]);
  for (const [row, value] of inputs.data.entries()) {
    for (let unit = 0; unit < units; unit++) distances.data[unit]! += (value - (all.data[row * units + unit] ?? 0)) ** 2;
  }
  return mapped(distances, (distance) => -Math.log1p(distance));
}
