/** The loss as a function of one weight, as `src/pellucid/inspection/one_weight.py` finds it. */

import type { Point } from "$lib/messages";
import { activated, activatedBack } from "./engine/activations";
import { back, canLearn, type Traced } from "./engine/backward";
import type { Breathe } from "./engine/breathing";
import { follow, goBack, type Link } from "./engine/chain";
import { type Loss, measure } from "./engine/losses";
import { lastOf, needed, type Params, sizeOf, type Tensor } from "./engine/tensor";

const [N_POINTS, FEW_POINTS, ROUNDS] = [61, 21, 4];
/** How far the curve reaches, in sizes of the weight or of its neighbours. */
const [LEAST_REACH, MOST_REACH, LEAST_SIZE] = [1, 20, 1e-3];
/** So many products are computed for a curve, of costly networks of fewer points and rows. */
const MOST_PRODUCTS = 4e8;

export interface KnownRow {
  vector: Float64Array;
  truth: number;
}

export interface WeightCurve {
  now: Point;
  curve: Point[];
  slope: number;
  lowest: Point;
  nRows: number;
}

interface Before {
  inputs: Tensor;
  /** Of a dense layer the weighted sums as they are. */
  sums: Tensor | null;
  truth: number;
}

export class OneWeight {
  readonly value: number;
  private readonly own: Link;
  private readonly rest: Link[];
  private readonly rows: Before[];
  private readonly flat: number;
  private readonly array: Tensor;
  private readonly movesOneSum: boolean;
  private readonly nPoints: number;

  constructor(
    links: readonly Link[],
    place: number,
    private readonly name: string,
    private readonly index: readonly number[],
    private readonly loss: Loss,
    rows: readonly KnownRow[],
  ) {
    const own = links[place];
    if (!own) throw new Error(`there is no layer ${place}`);
    this.own = own;
    this.rest = links.slice(place + 1);
    this.array = needed(own.params, name);
    this.flat = index.reduce((total, at, axis) => total * (this.array.shape[axis] ?? 1) + at, 0);
    this.value = this.array.data[this.flat] ?? 0;
    this.movesOneSum = own.settings.family === "dense" && (name === "kernel" || name === "bias");
    const [first] = rows;
    const cost = first ? products(follow(links, vectorOf(first.vector)).slice(this.movesOneSum ? place + 1 : place)) : 1;
    this.nPoints = rows.length * N_POINTS * cost <= MOST_PRODUCTS ? N_POINTS : FEW_POINTS;
    const most = Math.max(1, Math.floor(MOST_PRODUCTS / (this.nPoints * cost)));
    this.rows = rows.slice(0, most).map(({ vector, truth }) => {
      const inputs = follow(links.slice(0, place), vectorOf(vector)).at(-1)?.activations ?? vectorOf(vector);
      return { inputs, sums: this.movesOneSum ? (follow([own], inputs)[0]?.preActivations ?? null) : null, truth };
    });
  }

  async curve(ends: readonly [number | null, number | null], breathe: Breathe): Promise<WeightCurve> {
    const losses = async (weights: readonly number[]): Promise<number[]> => {
      const found = [];
      for (const weight of weights) {
        await breathe();
        found.push(this.lossAt(weight));
      }
      return found;
    };
    const slope = this.slopeAt(this.value);
    const [low, high] = this.ends(ends, slope);
    const weights = Array.from({ length: this.nPoints }, (_, at) => low + ((high - low) * at) / (this.nPoints - 1));
    if (ends[0] === null && ends[1] === null) weights[Math.floor(this.nPoints / 2)] = this.value;
    const found = await losses(weights);
    return {
      now: { weight: this.value, loss: this.lossAt(this.value) },
      curve: weights.map((weight, at) => ({ weight, loss: found[at] ?? 0 })),
      slope,
      lowest: await lowest(losses, weights, found),
      nRows: this.rows.length,
    };
  }

  /** The mean loss where the weight has another value. */
  lossAt(weight: number): number {
    const params = this.changed(weight);
    return mean(this.rows.map((row) => measure(this.loss, outputsOf(this.traced(row, weight, params)), row.truth).loss));
  }

  private slopeAt(weight: number): number {
    if (!canLearn([this.own.settings, ...this.rest.map(({ settings }) => settings)])) return this.chord(weight);
    const params = this.changed(weight);
    return mean(
      this.rows.map((row) => {
        const [own, ...rest] = this.traced(row, weight, params);
        if (!own) return 0;
        const { slope } = measure(this.loss, outputsOf([own, ...rest]), row.truth);
        const outer = { shape: own.activations.shape, data: goBack(rest, slope).data };
        if (!this.movesOneSum) return back(own, outer, true).params[this.name]?.data[this.flat] ?? 0;
        const sums = activatedBack(String(own.settings["activation"] ?? "linear"), own.preActivations, own.activations, outer);
        return this.places(row).reduce((sum, [at, input]) => sum + (sums.data[at] ?? 0) * input, 0);
      }),
    );
  }

  /** Where slopes cannot be carried back, all that follows is smooth: a chord through four points near by. */
  private chord(weight: number): number {
    const step = 1e-4 * Math.max(Math.abs(weight), LEAST_SIZE, rootMeanSquare(this.array));
    const [a, b, c, d] = [-2, -1, 1, 2].map((steps) => this.lossAt(weight + steps * step)) as [number, number, number, number];
    return (a - 8 * b + 8 * c - d) / (12 * step);
  }

  private traced(row: Before, weight: number, params: Params): Traced[] {
    const { settings } = this.own;
    if (!row.sums) return follow([{ settings, params }, ...this.rest], row.inputs);
    const data = row.sums.data.slice();
    for (const [at, input] of this.places(row)) data[at]! += (weight - this.value) * input;
    const preActivations = { shape: row.sums.shape, data };
    const activations = activated(String(settings["activation"] ?? "linear"), preActivations);
    return [{ settings, params, inputs: row.inputs, preActivations, activations }, ...follow(this.rest, activations)];
  }

  /** The sums of a dense layer that the weight is in, and what it is multiplied by there. */
  private places({ inputs, sums }: Before): [number, number][] {
    if (!sums) return [];
    const [units, unit] = [lastOf(sums), this.index.at(-1) ?? 0];
    const [row = 0, rows] = [this.index[0], lastOf(inputs)];
    return Array.from({ length: sums.data.length / units }, (_, place) => [
      place * units + unit,
      this.name === "bias" ? 1 : (inputs.data[place * rows + row] ?? 0),
    ]);
  }

  private changed(weight: number): Params {
    if (this.movesOneSum) return this.own.params;
    const data = this.array.data.slice();
    data[this.flat] = weight;
    return { ...this.own.params, [this.name]: { shape: this.array.shape, data } };
  }

  private ends([low, high]: readonly [number | null, number | null], slope: number): [number, number] {
    const size = Math.max(Math.abs(this.value), rootMeanSquare(this.array), LEAST_SIZE);
    const step = 1e-3 * size;
    const bend = (this.slopeAt(this.value + step) - this.slopeAt(this.value - step)) / (2 * step);
    // Where the loss is a parabola, its lowest point lies so far away.
    const way = bend > 0 ? 2 * Math.abs(slope / bend) : LEAST_REACH * size;
    const reach = Math.min(Math.max(way, LEAST_REACH * size), MOST_REACH * size);
    return [low ?? this.value - reach, high ?? this.value + reach];
  }
}

/** The best of the curve, moved to where parabolas through three points have their lowest one. */
async function lowest(losses: (weights: readonly number[]) => Promise<number[]>, weights: readonly number[], found: readonly number[]): Promise<Point> {
  const place = found.indexOf(Math.min(...found.filter(Number.isFinite)));
  let best = { weight: weights[Math.max(0, place)] ?? 0, loss: found[Math.max(0, place)] ?? 0 };
  const inner = Math.min(Math.max(place, 1), weights.length - 2);
  let three = weights.slice(inner - 1, inner + 2);
  for (let round = 0; round < ROUNDS; round++) {
    const vertex = vertexOf(three, await losses(three));
    if (vertex === null || vertex < (weights[0] ?? vertex) || vertex > (weights.at(-1) ?? vertex)) break;
    const [loss = Number.POSITIVE_INFINITY] = await losses([vertex]);
    if (!(loss < best.loss)) break;
    best = { weight: vertex, loss };
    const reach = ((three[2] ?? 0) - (three[0] ?? 0)) / 8;
    three = [vertex - reach, vertex, vertex + reach];
  }
  return best;
}

function vertexOf([a = 0, b = 0, c = 0]: readonly number[], [fa = 0, fb = 0, fc = 0]: readonly number[]): number | null {
  const [left, right, down, up] = [a - b, c - b, fa - fb, fc - fb];
  const bend = (down / left - up / right) / (left - right);
  return Number.isFinite(bend) && bend > 0 ? b - (up / right - bend * right) / (2 * bend) : null;
}

function outputsOf(steps: readonly Traced[]): Tensor {
  return steps.at(-1)?.activations ?? { shape: [0], data: new Float64Array() };
}

function vectorOf(data: Float64Array): Tensor {
  return { shape: [data.length], data };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rootMeanSquare({ data }: Tensor): number {
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
}

/** About how many products a row takes: kernels are passed at each place of their outputs. */
function products(steps: readonly Traced[]): number {
  return steps.reduce((total, { params, preActivations }) => {
    const places = preActivations.shape.length > 1 ? preActivations.data.length / lastOf(preActivations) : 1;
    const weights = Object.values(params).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    return total + weights * places + preActivations.data.length;
  }, 1);
}
