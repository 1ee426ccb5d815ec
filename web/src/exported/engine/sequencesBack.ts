/** Back through layers that go along a sequence: slopes in what they let out, carried to what came in. */

import type { Slopes, Traced } from "./backward";
import { presence, weighted } from "./sequences";
import { mapped, needed, type Params, type Tensor, within, zeros } from "./tensor";

/** Back through steps times a kernel plus a bias: slopes in the steps, the kernel and the bias. */
function weightedBack(inputs: Tensor, kernel: Tensor, slope: Tensor): { inputs: Tensor; kernel: Tensor; bias: Tensor } {
  const [steps = 0, features = 1] = inputs.shape;
  const units = kernel.shape[1] ?? 1;
  const found = { inputs: zeros(inputs.shape), kernel: zeros(kernel.shape), bias: zeros([units]) };
  for (let step = 0; step < steps; step++) {
    for (let unit = 0; unit < units; unit++) {
      const own = slope.data[step * units + unit] ?? 0;
      if (own === 0) continue;
      found.bias.data[unit]! += own;
      for (let feature = 0; feature < features; feature++) {
        found.inputs.data[step * features + feature]! += own * (kernel.data[feature * units + unit] ?? 0);
        found.kernel.data[feature * units + unit]! += own * (inputs.data[step * features + feature] ?? 0);
      }
    }
  }
  return found;
}

/** One step as it was: what was carried into it, its gates, and what the state's own sums were. */
interface Moment {
  carried: Float64Array[];
  gates: Float64Array[];
  fromState: Float64Array;
  params: Params;
}
/** Slopes in the step's own sums, in the state's, and in what was carried into it, but for those sums. */
interface Moved {
  own: Float64Array;
  fromState: Float64Array;
  carried: Float64Array[];
}
type MoveBack = (moment: Moment, slopes: Float64Array[]) => Moved;

const gruBack: MoveBack = ({ carried: [h], gates: [reset, update, candidate], fromState, params }, [slope]) => {
  const units = h!.length;
  const extra = needed(params, "recurrent_bias").data;
  const moved = { own: new Float64Array(3 * units), fromState: new Float64Array(3 * units), carried: [new Float64Array(units)] };
  for (let unit = 0; unit < units; unit++) {
    const [dh, r, z, n] = [slope![unit]!, reset![unit]!, update![unit]!, candidate![unit]!];
    const ofCandidate = dh * (1 - z) * (1 - n * n);
    const ofReset = ofCandidate * (fromState[2 * units + unit]! + extra[unit]!) * r * (1 - r);
    const ofUpdate = dh * (h![unit]! - n) * z * (1 - z);
    moved.own.set([ofReset], unit);
    moved.own.set([ofUpdate], units + unit);
    moved.own.set([ofCandidate], 2 * units + unit);
    moved.fromState.set([ofReset], unit);
    moved.fromState.set([ofUpdate], units + unit);
    moved.fromState.set([ofCandidate * r], 2 * units + unit);
    moved.carried[0]![unit] = dh * z;
  }
  return moved;
};

const lstmBack: MoveBack = ({ carried: [h, c], gates: [input, forget, candidate, output] }, [slope, ofCell]) => {
  const units = h!.length;
  const own = new Float64Array(4 * units);
  const cells = new Float64Array(units);
  for (let unit = 0; unit < units; unit++) {
    const [i, f, g, o] = [input![unit]!, forget![unit]!, candidate![unit]!, output![unit]!];
    const bent = Math.tanh(f * c![unit]! + i * g);
    const dc = ofCell![unit]! + slope![unit]! * o * (1 - bent * bent);
    own[unit] = dc * g * i * (1 - i);
    own[units + unit] = dc * c![unit]! * f * (1 - f);
    own[2 * units + unit] = dc * i * (1 - g * g);
    own[3 * units + unit] = slope![unit]! * bent * o * (1 - o);
    cells[unit] = dc * f;
  }
  return { own, fromState: own, carried: [new Float64Array(units), cells] };
};

const WAYS = {
  gru: { back: gruBack, carried: ["state"], gates: ["reset_gate", "update_gate", "candidate"] },
  lstm: { back: lstmBack, carried: ["state", "cell"], gates: ["input_gate", "forget_gate", "candidate", "output_gate"] },
} as const;

export function recurrentBack(traced: Traced, slope: Tensor): Slopes {
  const { settings, params, inputs } = traced;
  const isBoth = settings["direction"] === "both";
  const ways = isBoth ? ["forward", "backward"] : [String(settings["direction"])];
  const units = Number(settings["units"]);
  const width = units * ways.length;
  const found: Slopes = { inputs: zeros(inputs.shape), params: {} };
  ways.forEach((way, place) => {
    const prefix = isBoth ? `${way}.` : "";
    const rows = slope.data.length / width;
    const own = Float64Array.from({ length: rows * units }, (_, at) => slope.data[Math.floor(at / units) * width + place * units + (at % units)] ?? 0);
    const slopes = alongBack(traced, isBoth ? within(params, way) : params, prefix, way === "backward", own);
    found.inputs.data.forEach((value, at) => (found.inputs.data[at] = value + (slopes.inputs.data[at] ?? 0)));
    for (const [name, tensor] of Object.entries(slopes.params)) found.params[prefix + name] = tensor;
  });
  return found;
}

function alongBack({ settings, inputs, details = {} }: Traced, params: Params, prefix: string, isBackward: boolean, slope: Float64Array): Slopes {
  const { back, carried: states, gates } = WAYS[settings.family as keyof typeof WAYS];
  const [steps = 0] = inputs.shape;
  const units = Number(settings["units"]);
  const kernel = needed(params, "recurrent_kernel");
  const width = kernel.shape[1] ?? 1;
  const there = presence(settings, inputs);
  const order = Array.from({ length: steps }, (_, count) => (isBackward ? steps - 1 - count : count)).filter((step) => there[step]);
  const at = (name: string, step: number | undefined): Float64Array =>
    step === undefined ? new Float64Array(units) : needed(details, prefix + name).data.subarray(step * units, (step + 1) * units);
  const sums = zeros([steps, width]);
  const own: Record<string, Tensor> = { recurrent_kernel: zeros(kernel.shape) };
  if (settings.family === "gru") own["recurrent_bias"] = zeros([units]);
  // What comes out is the state of each step, or that of the last.
  let slopes: Float64Array[] = states.map((_, place) => (place === 0 && !settings["sequence"] ? slope.slice() : new Float64Array(units)));
  for (let count = order.length - 1; count >= 0; count--) {
    const step = order[count] ?? 0;
    if (settings["sequence"]) slopes[0]!.forEach((value, unit) => (slopes[0]![unit] = value + (slope[step * units + unit] ?? 0)));
    const carried = states.map((name) => at(name, order[count - 1]));
    const fromState = new Float64Array(width);
    carried[0]!.forEach((value, unit) => {
      for (let column = 0; column < width; column++) fromState[column]! += value * (kernel.data[unit * width + column] ?? 0);
    });
    const moved = back({ carried, gates: gates.map((name) => at(name, step)), fromState, params }, slopes);
    sums.data.set(moved.own, step * width);
    for (let unit = 0; unit < units; unit++) {
      for (let column = 0; column < width; column++) {
        const each = moved.fromState[column] ?? 0;
        moved.carried[0]![unit]! += each * (kernel.data[unit * width + column] ?? 0);
        own["recurrent_kernel"]!.data[unit * width + column]! += each * (carried[0]![unit] ?? 0);
      }
      if (own["recurrent_bias"]) own["recurrent_bias"].data[unit]! += moved.fromState[2 * units + unit] ?? 0;
    }
    slopes = moved.carried;
  }
  const { inputs: toInputs, kernel: ofKernel, bias } = weightedBack(inputs, needed(params, "kernel"), sums);
  return { inputs: toInputs, params: { ...own, kernel: ofKernel, bias } };
}

export function selfAttentionBack({ settings, params, inputs, details = {} }: Traced, slope: Tensor): Slopes {
  const [steps = 0, features = 1] = inputs.shape;
  const heads = Number(settings["heads"]);
  const size = features / heads;
  const made = (name: string): Tensor => weighted(inputs, needed(params, `${name}_kernel`), needed(params, `${name}_bias`));
  const [query, key, value] = [made("query"), made("key"), made("value")];
  const attention = needed(details, "attention").data;
  const there = presence(settings, inputs);
  const mixed = zeros([steps, features]);
  const each = (visit: (head: number, from: number, to: number, share: number) => void): void => {
    for (let head = 0; head < heads; head++) {
      for (let from = 0; from < steps; from++) {
        for (let to = 0; to < steps; to++) visit(head, from, to, attention[(head * steps + from) * steps + to] ?? 0);
      }
    }
  };
  each((head, from, to, share) => {
    for (let at = head * size; at < (head + 1) * size; at++) mixed.data[from * features + at]! += share * (value.data[to * features + at] ?? 0);
  });
  const out = mapped(slope, (own, at) => (there[Math.floor(at / features)] ? own : 0));
  const output = weightedBack(mixed, needed(params, "output_kernel"), { shape: [steps, features], data: out.data });
  const slopes = { query: zeros(inputs.shape), key: zeros(inputs.shape), value: zeros(inputs.shape) };
  const ofShares = new Float64Array(attention.length);
  const means = new Float64Array(heads * steps);
  each((head, from, to, share) => {
    let sum = 0;
    for (let at = head * size; at < (head + 1) * size; at++) {
      const own = output.inputs.data[from * features + at] ?? 0;
      sum += own * (value.data[to * features + at] ?? 0);
      slopes.value.data[to * features + at]! += share * own;
    }
    ofShares[(head * steps + from) * steps + to] = sum;
    means[head * steps + from]! += share * sum;
  });
  each((head, from, to, share) => {
    const own = (share * ((ofShares[(head * steps + from) * steps + to] ?? 0) - (means[head * steps + from] ?? 0))) / Math.sqrt(size);
    for (let at = head * size; at < (head + 1) * size; at++) {
      slopes.query.data[from * features + at]! += own * (key.data[to * features + at] ?? 0);
      slopes.key.data[to * features + at]! += own * (query.data[from * features + at] ?? 0);
    }
  });
  const found = zeros(inputs.shape);
  const all: Record<string, Tensor> = { output_kernel: output.kernel, output_bias: output.bias };
  for (const [name, own] of Object.entries(slopes)) {
    const part = weightedBack(inputs, needed(params, `${name}_kernel`), own);
    part.inputs.data.forEach((one, at) => (found.data[at]! += one));
    all[`${name}_kernel`] = part.kernel;
    all[`${name}_bias`] = part.bias;
  }
  return { inputs: found, params: all };
}

export function positionsBack({ settings, inputs }: Traced, slope: Tensor): Slopes {
  const [, features = 1] = inputs.shape;
  const there = presence(settings, inputs);
  const found = mapped({ shape: inputs.shape, data: slope.data }, (own, at) => (there[Math.floor(at / features)] ? own : 0));
  return { inputs: found, params: settings["how"] === "learned" ? { table: found } : {} };
}
