/**
 * How a number that is made of a layer's outputs changes with its inputs and its parameters.
 *
 * `BACK` has those families that slopes can be carried through; `web/fixtures/layers.py` keeps what the engine's own
 * gradients are, and the tests hold these against them.
 */

import { activatedBack } from "./activations";
import { betweenBack, embeddingBack, embeddingBagBack } from "./embeddings";
import { branchWays, type InnerStep, type LayerSettings, memberWays, outputOf, residualWays, stacked, type Step, type Way, windowsOf } from "./layers";
import { LOOKED_UP } from "./lookups";
import { periodicEmbeddingBack } from "./periodic";
import { positionsBack, recurrentBack, selfAttentionBack } from "./sequencesBack";
import { lastOf, mapped, needed, type Params, type Tensor, zeros } from "./tensor";
import { visitAll } from "./windows";

export interface Traced extends Step {
  settings: LayerSettings;
  params: Params;
  inputs: Tensor;
}

export interface Slopes {
  inputs: Tensor;
  /** Empty where they were not asked for. */
  params: Record<string, Tensor>;
}

type Back = (traced: Traced, slope: Tensor, withParams: boolean) => Slopes;

const BACK: Record<string, Back> = {
  dense,
  dropout: (_, slope) => ({ inputs: slope, params: {} }),
  reshape: ({ inputs }, { data }) => ({ inputs: { shape: inputs.shape, data }, params: {} }),
  convolution,
  pooling,
  global_pooling: globalPooling,
  batch_normalization: batchNormalization,
  layer_normalization: layerNormalization,
  centring,
  residual,
  embedding: embeddingBack,
  embedding_bag: embeddingBagBack,
  between: betweenBack,
  centres,
  gru: asAsked(recurrentBack),
  lstm: asAsked(recurrentBack),
  self_attention: asAsked(selfAttentionBack),
  positions: asAsked(positionsBack),
  periodic_embedding: asAsked(periodicEmbeddingBack),
  branches,
  ensemble,
};

/** Of layers that find the slopes in their parameters on the way, in any case. */
function asAsked(of: (traced: Traced, slope: Tensor) => Slopes): Back {
  return (traced, slope, withParams) => {
    const { inputs, params } = of(traced, slope);
    return { inputs, params: withParams ? params : {} };
  };
}

/** Whether slopes can be carried back through layers, up to their inputs. */
export function canGoBack(layers: readonly LayerSettings[]): boolean {
  return layers.every((layer) => canLearn([layer]) && !LOOKED_UP.has(layer.family) && within(layer).every((inner) => canGoBack(inner)));
}

/** Whether slopes in their parameters can be found. */
export function canLearn(layers: readonly LayerSettings[]): boolean {
  return layers.every((layer) => layer.family in BACK && within(layer).every(canLearn));
}

function within(layer: LayerSettings): LayerSettings[][] {
  const branches = (layer["branches"] as { layers: LayerSettings[] }[] | undefined) ?? [];
  const own = [layer["layers"], layer["shortcut"], ...branches.map(({ layers }) => layers)] as (LayerSettings[] | undefined)[];
  return own.filter((layers): layers is LayerSettings[] => Array.isArray(layers));
}

/** Through one layer, from slopes in its outputs. */
export function back(traced: Traced, slope: Tensor, withParams = false): Slopes {
  const family = BACK[traced.settings.family];
  if (!family) throw new Error(`slopes of the family ${traced.settings.family} are unknown to this page`);
  return family(traced, slope, withParams);
}

function beforeActivation({ settings, preActivations, activations }: Traced, slope: Tensor): Tensor {
  return activatedBack(String(settings["activation"] ?? "linear"), preActivations, activations, slope);
}

/** Sums over all places, one for each entry of the last axis. */
function overPlaces(slope: Tensor, weight: (at: number) => number = () => 1): Tensor {
  const size = lastOf(slope);
  const found = zeros([size]);
  for (let at = 0; at < slope.data.length; at++) found.data[at % size]! += (slope.data[at] ?? 0) * weight(at);
  return found;
}

function dense(traced: Traced, slope: Tensor, withParams: boolean): Slopes {
  const { inputs } = traced;
  const dz = beforeActivation(traced, slope);
  const kernel = needed(traced.params, "kernel");
  const [rows = 1, units = 1] = kernel.shape;
  const found = zeros(inputs.shape);
  const params: Record<string, Tensor> = {};
  const own = withParams ? zeros(kernel.shape) : null;
  for (let from = 0; from < inputs.data.length; from++) {
    const [weights, start] = [(from % rows) * units, Math.floor(from / rows) * units];
    const value = inputs.data[from] ?? 0;
    let sum = 0;
    for (let unit = 0; unit < units; unit++) {
      const each = dz.data[start + unit] ?? 0;
      sum += each * (kernel.data[weights + unit] ?? 0);
      if (own) own.data[weights + unit]! += value * each;
    }
    found.data[from] = sum;
  }
  if (own) params["kernel"] = own;
  if (withParams && traced.settings["bias"]) params["bias"] = overPlaces(dz);
  return { inputs: found, params };
}

function convolution(traced: Traced, slope: Tensor, withParams: boolean): Slopes {
  const { settings, inputs } = traced;
  const dz = beforeActivation(traced, slope);
  const kernel = needed(traced.params, "kernel");
  const places = inputs.shape.slice(0, -1);
  const channels = lastOf(inputs);
  const groups = Number(settings["groups"] ?? 1);
  const [own, filters] = [channels / groups, lastOf(kernel)];
  const found = zeros(inputs.shape);
  const kernelSlopes = withParams ? zeros(kernel.shape) : null;
  visitAll(windowsOf(settings, places.length), places, (window, inside, place) => {
    for (let filter = 0; filter < filters; filter++) {
      const each = dz.data[window * filters + filter] ?? 0;
      if (each === 0) continue;
      const first = place * channels + Math.floor((filter * groups) / filters) * own;
      for (let channel = 0; channel < own; channel++) {
        const weight = (inside * own + channel) * filters + filter;
        found.data[first + channel]! += each * (kernel.data[weight] ?? 0);
        if (kernelSlopes) kernelSlopes.data[weight]! += each * (inputs.data[first + channel] ?? 0);
      }
    }
  });
  const params: Record<string, Tensor> = kernelSlopes ? { kernel: kernelSlopes } : {};
  if (withParams && settings["bias"]) params["bias"] = overPlaces(dz);
  return { inputs: found, params };
}

function pooling({ settings, inputs, activations }: Traced, slope: Tensor): Slopes {
  const places = inputs.shape.slice(0, -1);
  const channels = lastOf(inputs);
  const windows = windowsOf(settings, places.length);
  const found = zeros(inputs.shape);
  const inWindow: number[][] = [];
  visitAll(windows, places, (window, _, place) => (inWindow[window] ??= []).push(place));
  const isMax = settings["how"] === "max";
  for (const [window, own] of inWindow.entries()) {
    for (let channel = 0; channel < channels; channel++) {
      const each = slope.data[window * channels + channel] ?? 0;
      if (!isMax) {
        for (const place of own) found.data[place * channels + channel]! += each / own.length;
        continue;
      }
      const largest = activations.data[window * channels + channel];
      const kept = own.filter((place) => inputs.data[place * channels + channel] === largest);
      // Where some are equally large, each halves what those before it have, as the engine does.
      kept.forEach((place, order) => {
        found.data[place * channels + channel]! += each * 0.5 ** Math.min(kept.length - order, kept.length - 1);
      });
    }
  }
  return { inputs: found, params: {} };
}

function globalPooling({ settings, inputs, activations }: Traced, slope: Tensor): Slopes {
  const channels = lastOf(inputs);
  const isMax = settings["how"] === "max";
  const found = zeros(inputs.shape);
  const starts = Array.from({ length: inputs.data.length / channels }, (_, place) => place * channels).filter(
    (start) => !settings["padded"] || inputs.data.subarray(start, start + channels).some((value) => value !== 0),
  );
  for (let channel = 0; channel < channels; channel++) {
    const kept = isMax ? starts.filter((start) => inputs.data[start + channel] === activations.data[channel]) : starts;
    for (const start of kept) found.data[start + channel] = (slope.data[channel] ?? 0) / kept.length;
  }
  return { inputs: found, params: {} };
}

function batchNormalization(traced: Traced, slope: Tensor, withParams: boolean): Slopes {
  const dz = beforeActivation(traced, slope);
  const { inputs } = traced;
  const [mean, variance, scale] = ["running_mean", "running_variance", "scale"].map((name) => needed(traced.params, name).data) as [
    Float64Array, Float64Array, Float64Array,
  ];
  const epsilon = Number(traced.settings["epsilon"]);
  const size = mean.length;
  const deviations = variance.map((value) => Math.sqrt(value + epsilon));
  const standard = (at: number): number => ((inputs.data[at] ?? 0) - (mean[at % size] ?? 0)) / (deviations[at % size] ?? 1);
  const found = mapped(dz, (value, at) => (value * (scale[at % size] ?? 1)) / (deviations[at % size] ?? 1));
  if (!withParams) return { inputs: found, params: {} };
  // What is measured, not learned, counts as fixed.
  const [fixed, other] = [zeros([size]), zeros([size])];
  return { inputs: found, params: { scale: overPlaces(dz, standard), shift: overPlaces(dz), running_mean: fixed, running_variance: other } };
}

function layerNormalization(traced: Traced, slope: Tensor, withParams: boolean): Slopes {
  const { settings, inputs } = traced;
  const dz = beforeActivation(traced, unpadded(settings, inputs, slope));
  const scale = needed(traced.params, "scale").data;
  const size = lastOf(inputs);
  const found = zeros(inputs.shape);
  const standards = zeros(inputs.shape);
  for (let from = 0; from < inputs.data.length; from += size) {
    const own = inputs.data.subarray(from, from + size);
    const mean = own.reduce((sum, value) => sum + value, 0) / size;
    const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size + Number(settings["epsilon"]));
    const standard = own.map((value) => (value - mean) / deviation);
    const each = standard.map((_, at) => (dz.data[from + at] ?? 0) * (scale[at] ?? 1));
    const average = each.reduce((sum, value) => sum + value, 0) / size;
    const along = each.reduce((sum, value, at) => sum + value * (standard[at] ?? 0), 0) / size;
    found.data.set(each.map((value, at) => (value - average - (standard[at] ?? 0) * along) / deviation), from);
    standards.data.set(standard, from);
  }
  if (!withParams) return { inputs: found, params: {} };
  return { inputs: found, params: { scale: overPlaces(dz, (at) => standards.data[at] ?? 0), shift: overPlaces(dz) } };
}

/** What steps of padding let out is 0 whatever comes in. */
function unpadded(settings: LayerSettings, inputs: Tensor, slope: Tensor): Tensor {
  if (!settings["padded"]) return slope;
  const [size, width] = [lastOf(inputs), lastOf(slope)];
  return mapped(slope, (value, at) => {
    const start = Math.floor(at / width) * size;
    return inputs.data.subarray(start, start + size).some((each) => each !== 0) ? value : 0;
  });
}

function centring({ inputs }: Traced, slope: Tensor): Slopes {
  const n = inputs.shape[0] ?? 1;
  const inner = inputs.data.length / n;
  const means = new Float64Array(inner);
  for (const [at, value] of slope.data.entries()) means[at % inner]! += value / n;
  return { inputs: mapped({ shape: inputs.shape, data: slope.data }, (value, at) => value - (means[at % inner] ?? 0)), params: {} };
}

function centres({ params, inputs, activations }: Traced, slope: Tensor, withParams: boolean): Slopes {
  const all = needed(params, "centres");
  const units = lastOf(all);
  const found = zeros(inputs.shape);
  const own = zeros(all.shape);
  for (const [row, value] of inputs.data.entries()) {
    for (let unit = 0; unit < units; unit++) {
      // Of −log(1 + d) in d it is −1 / (1 + d), which is −e to what comes out.
      const each = -2 * (value - (all.data[row * units + unit] ?? 0)) * Math.exp(activations.data[unit] ?? 0) * (slope.data[unit] ?? 0);
      found.data[row]! += each;
      own.data[row * units + unit] = -each;
    }
  }
  return { inputs: found, params: withParams ? { centres: own } : {} };
}

/** Back along inner layers; parameters by their paths. */
function along({ inputs, steps }: Way, slope: Tensor, withParams: boolean): Slopes {
  const params: Record<string, Tensor> = {};
  let signal = { ...slope, shape: outputOf({ inputs, steps }).shape };
  for (const step of [...steps].reverse()) {
    const found = back(step as InnerStep, signal, withParams);
    for (const [leaf, tensor] of Object.entries(found.params)) params[`${step.name}.${leaf}`] = tensor;
    signal = { ...found.inputs };
  }
  return { inputs: signal, params };
}

function residual(traced: Traced, slope: Tensor, withParams: boolean): Slopes {
  const { settings, params, inputs } = traced;
  const dz = beforeActivation(traced, unpadded(settings, inputs, slope));
  const [main, beside] = residualWays(settings, params, inputs).map((way) => along(way, dz, withParams)) as [Slopes, Slopes];
  return {
    inputs: mapped(main.inputs, (value, at) => value + (beside.inputs.data[at] ?? 0)),
    params: { ...main.params, ...beside.params },
  };
}

function branches({ settings, params, inputs }: Traced, slope: Tensor, withParams: boolean): Slopes {
  const { ways, rest } = branchWays(settings, params, inputs);
  const found = zeros(inputs.shape);
  const all: Record<string, Tensor> = {};
  let start = 0;
  for (const { branch, way } of ways) {
    const size = outputOf(way).data.length;
    const own = along(way, { shape: [size], data: slope.data.slice(start, start + size) }, withParams);
    found.data.set(own.inputs.data, branch.start);
    for (const [path, tensor] of Object.entries(own.params)) all[`${branch.name}.${path}`] = tensor;
    start += size;
  }
  rest.forEach((at, place) => (found.data[at] = slope.data[start + place] ?? 0));
  return { inputs: found, params: all };
}

function ensemble({ settings, params, inputs }: Traced, slope: Tensor, withParams: boolean): Slopes {
  const ways = memberWays(settings, params, inputs);
  const share = mapped(slope, (value) => value / ways.length);
  const members = ways.map((way) => along(way, share, withParams));
  const found = zeros(inputs.shape);
  for (const { inputs: own } of members) for (const [at, value] of own.data.entries()) found.data[at]! += value;
  const paths = Object.keys(members[0]?.params ?? {});
  return { inputs: found, params: Object.fromEntries(paths.map((path) => [path, stacked(members.map((own) => own.params[path] as Tensor))])) };
}
