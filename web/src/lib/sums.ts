/** How numbers of the page come about, with the numbers themselves, as formulas. */

import { numeral } from "./formula";
import type { CalibrationBin, Test } from "./messages";
import { count, format, percent } from "./numbers";
import { preferences } from "./preferences.svelte";
import { strings } from "./strings";

export interface Sum {
  /** Of what it is. */
  of: string;
  formula: string;
}

interface Parted {
  layers: readonly { name: string; arithmetic: string; n_parameters: number }[];
  n_parameters: number;
}

const words = strings.explain;
/** Parts that are longer together are not all written out; nor have numbers more digits. */
const MOST_LETTERS = 28;
const PLUS = 3;
const MOST_DIGITS = 4;

function written(value: number, bracketed = true): string {
  const { precision } = preferences;
  return numeral(format(value, precision === "all" ? MOST_DIGITS : Math.min(precision, MOST_DIGITS) as 4), bracketed);
}
function text(value: string): string {
  return `\\text{${value}}`;
}
/** Parts that add up, of many the first ones. */
function added(parts: readonly string[]): string {
  let letters = 0;
  const fitting = parts.filter((part) => (letters += part.replace(/\\[a-z]+/g, "").length + PLUS) <= MOST_LETTERS);
  const all = fitting.length === parts.length;
  return [...(fitting.length ? fitting : parts.slice(0, 1)), ...(all ? [] : ["\\ldots"])].join(" + ");
}

/** A part of a whole, as a percentage. */
export function share(part: number, whole: number, of: string = words.here): Sum | null {
  if (!whole) return null;
  return { of, formula: `\\frac{${count(part)}}{${count(whole)}} = ${text(percent(part / whole))}` };
}

export interface ClassSums {
  precision: Sum | null;
  recall: Sum | null;
  f1: Sum | null;
  support: Sum;
}

/** Of one class: `confusion[i][j]` rows of class i were answered as j. */
export function ofClass(confusion: readonly (readonly number[])[], place: number, of: string): ClassSums {
  const own = confusion[place] ?? [];
  const right = own[place] ?? 0;
  const there = own.reduce((sum, n) => sum + n, 0);
  const said = confusion.reduce((sum, row) => sum + (row[place] ?? 0), 0);
  const parted = (rest: number): Sum | null =>
    right + rest
      ? { of, formula: `\\frac{${count(right)}}{${count(right)} + ${count(rest)}} = ${text(percent(right / (right + rest)))}` }
      : null;
  const either = said + there;
  return {
    precision: parted(said - right),
    recall: parted(there - right),
    f1: either
      ? { of, formula: `\\frac{2 \\cdot ${count(right)}}{${count(said)} + ${count(there)}} = ${text(percent((2 * right) / either))}` }
      : null,
    support: { of, formula: `${count(right)} + ${count(there - right)} = ${count(there)}` },
  };
}

/** Scores of a test that follow from what else is seen of it, by their names. */
export function ofScores(test: Test): Record<string, Sum | null> {
  const [target] = test.targets;
  if (test.targets.length !== 1 || !target) return {};
  const { confusion, per_class: classes } = target;
  const right = confusion?.reduce((sum, row, place) => sum + (row[place] ?? 0), 0) ?? 0;
  const found = classes.filter(({ n }) => n > 0);
  const occurring = classes.filter(({ n, precision }) => n > 0 || precision > 0);
  return {
    accuracy: agrees(right / test.n, test.metrics["accuracy"]) ? share(right, test.n) : null,
    balanced_accuracy: mean(found.map(({ recall }) => recall), test.metrics["balanced_accuracy"]),
    f1: mean(occurring.map(({ f1 }) => f1), test.metrics["f1"]),
    r2: explained(test),
  };
}

const agrees = (one: number, other: number | undefined): boolean =>
  other !== undefined && Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(one));

/** A mean over classes; nothing, where the score is not this one. */
function mean(values: readonly number[], score: number | undefined): Sum | null {
  const found = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (!values.length || !agrees(found, score)) return null;
  const top = added(values.map((value) => written(value)));
  return { of: words.here, formula: `\\frac{${top}}{${count(values.length)}} = ${written(found, false)}` };
}

/** R² of the errors, beside how far the truths are spread; where all rows are at hand. */
function explained({ n, metrics: { r2, rmse }, targets: [target] }: Test): Sum | null {
  const truth = target?.residuals?.truth ?? [];
  if (r2 === undefined || rmse === undefined || truth.length !== n || !n) return null;
  const mean = truth.reduce((sum, value) => sum + value, 0) / n;
  const spread = Math.sqrt(truth.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  if (!spread || Math.abs(1 - (rmse / spread) ** 2 - r2) > 1e-4) return null;
  return { of: words.ofErrors, formula: `1 - \\frac{(${written(rmse)})^2}{(${written(spread)})^2} = ${written(r2, false)}` };
}

/** The expected calibration error, of all its bins. */
export function calibrationError(bins: readonly CalibrationBin[]): { error: number; sum: Sum } {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  const error = bins.reduce((sum, bin) => sum + bin.n * Math.abs(bin.accuracy - bin.confidence), 0) / n;
  const parts = bins.map((bin) => `${count(bin.n)} \\cdot ${written(Math.abs(bin.accuracy - bin.confidence))}`);
  return { error, sum: { of: words.here, formula: `\\frac{${added(parts)}}{${count(n)}} = ${written(error, false)}` } };
}

/** Parameters of a layer, whose arithmetic is known in words: `784 × 128 + 128`. */
export function parameters(arithmetic: string, n: number, of: string): Sum {
  const grouped = arithmetic.replaceAll(",", "").replace(/\d+/g, (digits) => count(Number(digits)));
  return { of, formula: `${grouped} = ${count(n)}` };
}

/** Parameters of a network: of its only layer that has some, or the sum over its layers. */
export function ofLayers({ layers, n_parameters: n }: Parted): Sum | null {
  const learning = layers.filter((layer) => layer.n_parameters > 0);
  const [first] = learning;
  if (!first) return null;
  if (learning.length === 1) return parameters(first.arithmetic, n, words.of(first.name));
  return { of: words.here, formula: `${added(learning.map((layer) => count(layer.n_parameters)))} = ${count(n)}` };
}

/** Signed parts that add up to a number, of many the first ones. */
export function total(parts: readonly number[], result: number): Sum {
  return { of: words.here, formula: `${added(parts.map((part) => written(part)))} = ${written(result, false)}` };
}

/** By how much a baseline and contributions miss what they add up to. */
export function missed(baseline: number, contributions: readonly number[], output: number, error: number): Sum {
  const all = contributions.reduce((sum, each) => sum + each, 0);
  return {
    of: words.here,
    formula: `${written(baseline)} + ${written(all)} - ${written(output)} \\approx ${written(error, false)}`,
  };
}

/** A step of plain gradient descent. */
export function step(weight: string, rate: number, slope: number, after: string): Sum {
  return {
    of: words.here,
    formula: `${numeral(weight)} - ${written(rate)} \\cdot ${written(slope)} = ${numeral(after, false)}`,
  };
}

/** How many steps an epoch has. */
export function steps(rows: number, batch: number, each: number): Sum | null {
  if (Math.ceil(rows / Math.min(batch, rows)) !== each) return null;
  return { of: words.here, formula: `\\frac{${count(rows)}}{${count(batch)}} \\to ${count(each)}` };
}
