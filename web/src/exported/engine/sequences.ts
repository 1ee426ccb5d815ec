/** Layers that take up a sequence step by step, or let its steps look at each other. */

import { softmax } from "$lib/engine/activations";
import type { LayerSettings, Step } from "./layers";
import { needed, type Params, type Tensor, within, zeros } from "./tensor";

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Whether a step holds anything but zeros; all do where the layer knows no padding. */
export function presence(settings: LayerSettings, { shape, data }: Tensor): boolean[] {
  const [steps = 0, features = 1] = shape;
  return Array.from({ length: steps }, (_, step) =>
    !settings["padded"] || data.subarray(step * features, (step + 1) * features).some((value) => value !== 0),
  );
}

/** Steps times a kernel, plus a bias: (steps, units). */
export function weighted(inputs: Tensor, kernel: Tensor, bias: Tensor): Tensor {
  const [steps = 0, features = 1] = inputs.shape;
  const units = kernel.shape[1] ?? 1;
  const sums = zeros([steps, units]);
  for (let step = 0; step < steps; step++) {
    sums.data.set(bias.data, step * units);
    for (let feature = 0; feature < features; feature++) {
      const value = inputs.data[step * features + feature] ?? 0;
      for (let unit = 0; unit < units; unit++) {
        sums.data[step * units + unit]! += value * (kernel.data[feature * units + unit] ?? 0);
      }
    }
  }
  return sums;
}

/** What is carried and each gate, after so many of a step's own sums and those from the state. */
type Move = (own: Float64Array, fromState: Float64Array, carried: Float64Array[], params: Params) => { carried: number[][]; gates: number[][] };

const moveGru: Move = (own, fromState, [h = new Float64Array()], params) => {
  const units = h.length;
  const extra = needed(params, "recurrent_bias").data;
  const at = (gate: number, unit: number): number => gate * units + unit;
  const each = [...h.keys()];
  const reset = each.map((unit) => sigmoid(own[at(0, unit)]! + fromState[at(0, unit)]!));
  const update = each.map((unit) => sigmoid(own[at(1, unit)]! + fromState[at(1, unit)]!));
  const candidate = each.map((unit) => Math.tanh(own[at(2, unit)]! + reset[unit]! * (fromState[at(2, unit)]! + extra[unit]!)));
  const state = each.map((unit) => update[unit]! * h[unit]! + (1 - update[unit]!) * candidate[unit]!);
  return { carried: [state], gates: [reset, update, candidate] };
};

const moveLstm: Move = (own, fromState, [h = new Float64Array(), c = new Float64Array()]) => {
  const units = h.length;
  const each = [...h.keys()];
  const gate = (number: number, of: (z: number) => number): number[] =>
    each.map((unit) => of(own[number * units + unit]! + fromState[number * units + unit]!));
  const [input, forget, candidate, output] = [gate(0, sigmoid), gate(1, sigmoid), gate(2, Math.tanh), gate(3, sigmoid)];
  const cell = each.map((unit) => forget[unit]! * c[unit]! + input[unit]! * candidate[unit]!);
  return { carried: [each.map((unit) => output[unit]! * Math.tanh(cell[unit]!)), cell], gates: [input, forget, candidate, output] };
};

const NAMES = {
  gru: { move: moveGru, carried: ["state"], gates: ["reset_gate", "update_gate", "candidate"] },
  lstm: { move: moveLstm, carried: ["state", "cell"], gates: ["input_gate", "forget_gate", "candidate", "output_gate"] },
} as const;

export function recurrent(settings: LayerSettings, params: Params, inputs: Tensor): Step {
  const isBoth = settings["direction"] === "both";
  const ways = isBoth ? ["forward", "backward"] : [String(settings["direction"])];
  const details: Record<string, Tensor> = {};
  const outputs = ways.map((way) => {
    const own = isBoth ? within(params, way) : params;
    const found = along(settings, own, inputs, way === "backward");
    for (const [name, tensor] of Object.entries(found.arrays)) details[isBoth ? `${way}.${name}` : name] = tensor;
    return settings["sequence"] ? (found.arrays["state"] as Tensor) : { shape: [found.last.length], data: found.last };
  });
  const [first = zeros([0])] = outputs;
  const joined = outputs.length === 1 ? first : sideBySide(outputs);
  return { preActivations: joined, activations: joined, details };
}

function along(
  settings: LayerSettings,
  params: Params,
  inputs: Tensor,
  isBackward: boolean,
): { arrays: Record<string, Tensor>; last: Float64Array } {
  const { move, carried: states, gates } = NAMES[settings.family as keyof typeof NAMES];
  const [steps = 0] = inputs.shape;
  const units = Number(settings["units"]);
  const kernel = needed(params, "recurrent_kernel");
  const sums = weighted(inputs, needed(params, "kernel"), needed(params, "bias"));
  const width = sums.shape[1] ?? 0;
  const there = presence(settings, inputs);
  const arrays: Record<string, Tensor> = Object.fromEntries([...states, ...gates].map((name) => [name, zeros([steps, units])]));
  let carried = states.map(() => new Float64Array(units));
  for (let count = 0; count < steps; count++) {
    const step = isBackward ? steps - 1 - count : count;
    const fromState = new Float64Array(width);
    for (const [unit, value] of carried[0]!.entries()) {
      for (let column = 0; column < width; column++) fromState[column]! += value * (kernel.data[unit * width + column] ?? 0);
    }
    const moved = move(sums.data.subarray(step * width, (step + 1) * width), fromState, carried, params);
    if (there[step]) carried = moved.carried.map((values) => Float64Array.from(values));
    states.forEach((name, place) => there[step] && arrays[name]!.data.set(carried[place]!, step * units));
    gates.forEach((name, place) => arrays[name]!.data.set(moved.gates[place]!, step * units));
  }
  return { arrays, last: carried[0] ?? new Float64Array() };
}

/** The last axes of some tensors one after the other. */
function sideBySide(all: readonly Tensor[]): Tensor {
  const sizes = all.map(({ shape }) => shape.at(-1) ?? 1);
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const [first = zeros([0])] = all;
  const joined = zeros([...first.shape.slice(0, -1), width]);
  let start = 0;
  all.forEach(({ data }, place) => {
    const size = sizes[place] ?? 1;
    for (let row = 0; row * size < data.length; row++) joined.data.set(data.subarray(row * size, (row + 1) * size), row * width + start);
    start += size;
  });
  return joined;
}

export function selfAttention(settings: LayerSettings, params: Params, inputs: Tensor): Step {
  const [steps = 0, features = 1] = inputs.shape;
  const heads = Number(settings["heads"]);
  const size = features / heads;
  const made = (name: string, of: Tensor): Tensor => weighted(of, needed(params, `${name}_kernel`), needed(params, `${name}_bias`));
  const [query, key, value] = [made("query", inputs), made("key", inputs), made("value", inputs)];
  const there = presence(settings, inputs);
  const attention = zeros([heads, steps, steps]);
  const mixed = zeros([steps, features]);
  for (let head = 0; head < heads; head++) {
    for (let from = 0; from < steps; from++) {
      const scores = Array.from({ length: steps }, (_, to) => {
        if (!there[to] || (settings["causal"] && to > from)) return -Number.MAX_VALUE;
        let sum = 0;
        for (let at = head * size; at < (head + 1) * size; at++) {
          sum += (query.data[from * features + at] ?? 0) * (key.data[to * features + at] ?? 0);
        }
        return sum / Math.sqrt(size);
      });
      for (const [to, share] of softmax(scores).entries()) {
        attention.data[(head * steps + from) * steps + to] = share;
        for (let at = head * size; at < (head + 1) * size; at++) {
          mixed.data[from * features + at]! += share * (value.data[to * features + at] ?? 0);
        }
      }
    }
  }
  const outputs = made("output", mixed);
  for (let step = 0; step < steps; step++) if (!there[step]) outputs.data.fill(0, step * features, (step + 1) * features);
  return { preActivations: outputs, activations: outputs, details: { attention } };
}

/** A vector that says where a step stands: learned, or waves of growing length. */
export function positions(settings: LayerSettings, params: Params, inputs: Tensor): Tensor {
  const [, features = 1] = inputs.shape;
  const there = presence(settings, inputs);
  const wave = (step: number, feature: number): number => {
    const angle = step / 10_000 ** ((2 * Math.floor(feature / 2)) / features);
    return feature % 2 ? Math.cos(angle) : Math.sin(angle);
  };
  const table = settings["how"] === "learned" ? needed(params, "table").data : null;
  const data = inputs.data.map((value, at) => {
    const step = Math.floor(at / features);
    if (!there[step]) return 0;
    return value + (table ? (table[at] ?? 0) : wave(step, at % features));
  });
  return { shape: inputs.shape, data };
}
