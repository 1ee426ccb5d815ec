/** Points of a plane, and a network that learns to part them. */

import { ACTIVATIONS } from "$lib/engine/activations";
import { trace } from "$lib/engine/dense";
import { binaryCrossEntropy, binaryCrossEntropySlopes } from "$lib/engine/losses";
import { descendAll, type LearningLayer } from "$lib/engine/training";

export interface Point {
  x: number;
  y: number;
  /** 1 is blue, 0 is orange. */
  label: 0 | 1;
}

export type SetName = "corners" | "ring" | "halves" | "own";

/** The plane reaches from −EDGE to EDGE. */
export const EDGE = 1.5;
const EACH = 7;
const SPREAD = 0.3;

/** Points of a set, always the same ones. */
export function pointsOf(name: SetName): Point[] {
  const draw = random(7);
  const near = (x: number, y: number, label: 0 | 1): Point => ({
    x: x + SPREAD * (2 * draw() - 1),
    y: y + SPREAD * (2 * draw() - 1),
    label,
  });
  const many = (n: number, make: (index: number) => Point): Point[] => Array.from({ length: n }, (_, index) => make(index));
  if (name === "corners") {
    return [-0.8, 0.8].flatMap((x) => [-0.8, 0.8].flatMap((y) => many(EACH, () => near(x, y, x * y > 0 ? 1 : 0))));
  }
  if (name === "ring") {
    const around = (index: number): number => (2 * Math.PI * index) / (2 * EACH);
    return [
      ...many(EACH, () => near(0, 0, 1)),
      ...many(2 * EACH, (index) => near(Math.cos(around(index)), Math.sin(around(index)), 0)),
    ];
  }
  if (name === "halves") return [-0.8, 0.8].flatMap((x) => many(2 * EACH, () => near(x, x / 2, x > 0 ? 1 : 0)));
  return [];
}

/** A network of two inputs, one hidden layer of tanh, one logit. */
export function begin(units: number, seed = 3): LearningLayer[] {
  const draw = random(seed);
  const row = (n: number, size: number): number[] => Array.from({ length: n }, () => size * (2 * draw() - 1));
  return [
    { kernel: [row(units, 1.2), row(units, 1.2)], bias: row(units, 0.5), activation: "tanh" },
    { kernel: Array.from({ length: units }, () => row(1, 0.8)), bias: [0], activation: "linear" },
  ];
}

export function learn(network: readonly LearningLayer[], points: readonly Point[], rate: number): LearningLayer[] {
  const examples = points.map(({ x, y, label }) => ({ inputs: [x, y], label: [label] }));
  return descendAll(network, examples, binaryCrossEntropySlopes, rate);
}

/** The probability of blue at a point. */
export function answer(network: readonly LearningLayer[], x: number, y: number): number {
  return ACTIVATIONS.sigmoid.value(logit(network, x, y));
}

export function meanLoss(network: readonly LearningLayer[], points: readonly Point[]): number {
  const total = points.reduce((sum, { x, y, label }) => sum + binaryCrossEntropy(logit(network, x, y), label), 0);
  return total / Math.max(1, points.length);
}

export function rightOnes(network: readonly LearningLayer[], points: readonly Point[]): number {
  return points.filter(({ x, y, label }) => logit(network, x, y) > 0 === (label === 1)).length;
}

/** From −1 to 1 on a grid over the plane, row by row from the top: what is answered, and by each neuron. */
export function pictures(network: readonly LearningLayer[], size: number): { answers: Float32Array; units: Float32Array[] } {
  const units = (network[0]?.bias ?? []).map(() => new Float32Array(size * size));
  const answers = new Float32Array(size * size);
  for (let place = 0; place < size * size; place++) {
    const x = EDGE * ((2 * ((place % size) + 0.5)) / size - 1);
    const y = EDGE * (1 - (2 * (Math.floor(place / size) + 0.5)) / size);
    const [hidden, output] = trace(network, [x, y]);
    for (const [unit, picture] of units.entries()) picture[place] = hidden?.activations[unit] ?? 0;
    answers[place] = 2 * ACTIVATIONS.sigmoid.value(output?.activations[0] ?? 0) - 1;
  }
  return { answers, units };
}

function logit(network: readonly LearningLayer[], x: number, y: number): number {
  return trace(network, [x, y]).at(-1)?.activations[0] ?? 0;
}

/** Numbers from 0 to 1, the same ones for the same seed: a linear congruential generator. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    // Multiplier and increment of Numerical Recipes, 3rd edition, section 7.1.4.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
