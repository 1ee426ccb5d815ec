/**
 * Integrated gradients, computed until they add up: as `src/pellucid/inspection/integration.py` does it, where the
 * way and its reasons are told.
 */

import type { Breathe } from "./breathing";

/** A number as a function of a vector: the first layer's sums, or the inputs themselves. */
export interface Curve {
  value(at: Float64Array): number;
  gradient(at: Float64Array): Float64Array;
  /** The sums of one of the layers whose units have a corner, from 0. */
  cornered(at: Float64Array, layer: number): Float64Array;
  nCornered: number;
  /** Whether units with a corner are hidden within layers made of others. */
  hidesCorners: boolean;
  isDense: boolean;
  /** Whether it is straight between corners. */
  isStraight: boolean;
}

const [TOLERANCE, LOOSER, NEGLIGIBLE, CLOSE_ENOUGH] = [1e-12, 1e-8, 1e-14, 1e-3];
const [FIRST_CUTS, MOST_ROUNDS, MOST_CORNERED, ROOT_STEPS, AS_GOOD_AS_0] = [9, 60, 4096, 24, 1e-14];
const [MOST_POINTS, FEWER_POINTS] = [1_000_000, 4_096];
const EVEN_POINTS = [64, 256, 1024];
/** Nodes, and weights of the finer rule and the coarser one within it. */
const RULE_3: Rule = [[-Math.sqrt(0.6), 5 / 9, 0], [0, 8 / 9, 2], [Math.sqrt(0.6), 5 / 9, 0]];
const HALF_15: Rule = [
  [0.991455371120812639206854697526329, 0.022935322010529224963732008058970, 0],
  [0.949107912342758524526189684047851, 0.063092092629978553290700663189204, 0.129484966168869693270611432679082],
  [0.864864423359769072789712788640926, 0.104790010322250183839876322541518, 0],
  [0.741531185599394439863864773280788, 0.140653259715525918745189590510238, 0.279705391489276667901467771423780],
  [0.586087235467691130294144691258144, 0.169004726639267902826583426598550, 0],
  [0.405845151377397166906606412076961, 0.190350578064785409913256402421014, 0.381830050505118944950369775488975],
  [0.207784955007898467600689403773245, 0.204432940075298892414161999234649, 0],
];
const RULE_15: Rule = [
  ...HALF_15.map(([node, fine, coarse]): Node => [-node, fine, coarse]),
  [0, 0.209482141084727828012999174891714, 0.417959183673469387755102040816327],
  ...[...HALF_15].reverse(),
];
type Line = (t: number) => Float64Array;
type Node = readonly [number, number, number];
type Rule = readonly Node[];

/** The gradient averaged over the straight line from `start` to `end`. */
export async function averageGradient(
  curve: Curve,
  nKinked: number,
  [start, end]: readonly [Float64Array, Float64Array],
  breathe: Breathe,
): Promise<Float64Array> {
  const way = end.map((value, at) => value - (start[at] ?? 0));
  const at = (t: number): Float64Array => start.map((value, place) => value + t * (way[place] ?? 0));
  if (curve.hidesCorners || curve.nCornered > MOST_CORNERED) {
    return evenly(curve, at, way, curve.value(end) - curve.value(start), breathe);
  }
  const cuts = await corners(curve, nKinked, at, breathe);
  return curve.isStraight ? straight(curve, at, way, cuts, breathe) : piecewise(curve, at, way, cuts, breathe);
}

/** The gradient is the same within each piece. */
async function straight(
  curve: Curve, at: Line, way: Float64Array, cuts: readonly number[], breathe: Breathe,
): Promise<Float64Array> {
  const total = new Float64Array(way.length);
  for (let place = 0; place + 1 < cuts.length; place++) {
    await breathe();
    const [lower, upper] = [cuts[place] ?? 0, cuts[place + 1] ?? 1];
    const gradient = curve.gradient(at((lower + upper) / 2));
    for (let unit = 0; unit < total.length; unit++) total[unit]! += (upper - lower) * (gradient[unit] ?? 0);
  }
  return total;
}

async function evenly(
  curve: Curve,
  at: Line,
  way: Float64Array,
  movement: number,
  breathe: Breathe,
): Promise<Float64Array> {
  let average = new Float64Array(way.length);
  for (const n of EVEN_POINTS) {
    const total = new Float64Array(way.length);
    for (let point = 0; point < n; point++) {
      await breathe();
      const gradient = curve.gradient(at((point + 0.5) / n));
      for (let place = 0; place < total.length; place++) total[place]! += gradient[place] ?? 0;
    }
    average = total.map((value) => value / n);
    if (Math.abs(dot(average, way) - movement) <= CLOSE_ENOUGH * Math.abs(movement)) break;
  }
  return average;
}

function dot(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}

function isMinus(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

/** 0, 1 and all places between at which a unit with a corner switches, in order. */
async function corners(curve: Curve, nKinked: number, at: Line, breathe: Breathe): Promise<number[]> {
  let cuts = Array.from({ length: FIRST_CUTS }, (_, place) => place / (FIRST_CUTS - 1));
  for (let layer = 0; layer < nKinked; layer++) {
    const found = new Set(cuts);
    let before = curve.cornered(at(cuts[0] ?? 0), layer);
    for (let place = 1; place < cuts.length; place++) {
      const after = curve.cornered(at(cuts[place] ?? 1), layer);
      for (let unit = 0; unit < after.length; unit++) {
        const [low = 0, high = 0] = [before[unit], after[unit]];
        if (isMinus(low) === isMinus(high)) continue;
        await breathe();
        const ends = [[cuts[place - 1] ?? 0, low], [cuts[place] ?? 1, high]] as const;
        found.add(root((t) => curve.cornered(at(t), layer), unit, ...ends));
      }
      before = after;
    }
    cuts = [...found].sort((one, other) => one - other);
  }
  return cuts;
}

/** Where a unit's sum is 0 between two places: regula falsi in the Illinois form. */
function root(
  sums: (t: number) => Float64Array, unit: number, low: readonly [number, number], high: readonly [number, number],
): number {
  let [[lowT, lowZ], [highT, highZ]] = [low, high];
  let [guess, side] = [lowT, 0];
  for (let count = 0; count < ROOT_STEPS; count++) {
    const share = -lowZ / (highZ - lowZ || 1);
    guess = lowT + Math.min(1, Math.max(0, share)) * (highT - lowT);
    const all = sums(guess);
    const value = all[unit] ?? 0;
    if (isMinus(value) === isMinus(lowZ)) {
      [lowT, lowZ] = [guess, value];
      if (side < 0) highZ /= 2;
      side = -1;
    } else {
      [highT, highZ] = [guess, value];
      if (side > 0) lowZ /= 2;
      side = 1;
    }
    if (Math.abs(value) <= AS_GOOD_AS_0 * all.reduce((most, each) => Math.max(most, Math.abs(each)), 0)) break;
  }
  return guess;
}

async function piecewise(
  curve: Curve,
  at: Line,
  way: Float64Array,
  cuts: readonly number[],
  breathe: Breathe,
): Promise<Float64Array> {
  const largest = new Float64Array(way.length);
  const every = Math.max(1, Math.floor(cuts.length / FIRST_CUTS));
  for (let place = 0; place + 1 < cuts.length; place += every) {
    const gradient = curve.gradient(at(((cuts[place] ?? 0) + (cuts[place + 1] ?? 1)) / 2));
    for (let unit = 0; unit < way.length; unit++) largest[unit] = Math.max(largest[unit] ?? 0, Math.abs((gradient[unit] ?? 0) * (way[unit] ?? 0)));
  }
  const scale = largest.reduce((sum, value) => sum + value, 0);
  const [tolerance, mostPoints] = curve.isDense ? [TOLERANCE, MOST_POINTS] : [LOOSER, FEWER_POINTS];
  const total = new Float64Array(way.length);
  let pieces = cuts.slice(1).map((upper, place): [number, number] => [cuts[place] ?? 0, upper]);
  let points = 0;
  for (let attempt = 0; attempt < MOST_ROUNDS && pieces.length; attempt++) {
    const rule = attempt ? RULE_15 : RULE_3;
    const isLast = attempt === MOST_ROUNDS - 1 || points > mostPoints;
    points += pieces.length * rule.length;
    const left: [number, number][] = [];
    for (const [lower, upper] of pieces) {
      await breathe();
      const { integral, error } = measured(curve, at, way, rule, lower, upper);
      if (isLast || error <= scale * Math.max(tolerance * (upper - lower), NEGLIGIBLE)) {
        for (let unit = 0; unit < total.length; unit++) total[unit]! += integral[unit] ?? 0;
      } else left.push([lower, upper]);
    }
    // The first round's pieces are tried whole with the better rule.
    pieces = attempt ? left.flatMap(([lower, upper]) => halves(lower, upper)) : left;
  }
  return total;
}

function halves(lower: number, upper: number): [number, number][] {
  const middle = (lower + upper) / 2;
  return [[lower, middle], [middle, upper]];
}

/** The gradient integrated over a piece, and how far the finer and the coarser rule are apart. */
function measured(
  curve: Curve,
  at: Line,
  way: Float64Array,
  rule: Rule,
  lower: number,
  upper: number,
): { integral: Float64Array; error: number } {
  const half = (upper - lower) / 2;
  const integral = new Float64Array(way.length);
  const missed = new Float64Array(way.length);
  for (const [node, fine, coarse] of rule) {
    const gradient = curve.gradient(at((lower + upper) / 2 + half * node));
    for (let unit = 0; unit < way.length; unit++) {
      integral[unit]! += half * fine * (gradient[unit] ?? 0);
      missed[unit]! += half * (fine - coarse) * (gradient[unit] ?? 0) * (way[unit] ?? 0);
    }
  }
  return { integral, error: missed.reduce((sum, value) => sum + Math.abs(value), 0) };
}
