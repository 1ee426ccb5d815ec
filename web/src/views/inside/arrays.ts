/** The arrays that a layer leaves behind for an example, and how each is to be seen. */

import { type Frame, values } from "$lib/frames";
import type { Layer, LayerTrace } from "$lib/messages";
import { strings } from "$lib/strings";
import { product } from "./columns";

/** Attention is seen head by head, maps beside each other, steps along time, networks one below the other. */
export type Form = "attention" | "maps" | "steps" | "networks" | "row";

export interface Shown {
  name: string;
  shape: readonly number[];
  form: Form;
}

export const MOST_NUMBERS = 1 << 20;

/** The arrays that tell more than a list of a layer's units; empty where there are none. */
export function shownArrays(layer: Layer, traced: LayerTrace): Shown[] {
  const isOfMembers = layer.family === "ensemble";
  const details = Object.entries(traced.details)
    .map(([name, { shape }]) => shownAs(name, shape))
    .map((each) => (each?.form === "steps" && isOfMembers ? { ...each, form: "networks" as const } : each));
  const out = shownAs("activations", layer.out_shape);
  const found = [out, ...details].filter((each): each is Shown => each !== null && product(each.shape) > 0);
  return found.some(({ form }) => form !== "row") ? found : [];
}

function shownAs(name: string, shape: readonly number[]): Shown | null {
  if (shape.length === 3) return { name, shape, form: tail(name) === "attention" ? "attention" : "maps" };
  if (shape.length === 2) return { name, shape, form: "steps" };
  return shape.length === 1 ? { name, shape, form: "row" } : null;
}

/** What is looked at first: where attention goes, what is remembered, else what comes out. */
export function firstOf(arrays: readonly Shown[]): Shown | null {
  const telling = arrays.find(({ form }) => form === "attention") ?? arrays.find(({ name }) => tail(name) === "state");
  return telling ?? arrays.find(({ name }) => name === "members") ?? arrays[0] ?? null;
}

/** The arrays that go along with one: of the same steps and units, and the same direction. */
export function together(arrays: readonly Shown[], one: Shown): Shown[] {
  const same = (other: Shown): boolean =>
    other.shape.join() === one.shape.join() && before(other.name) === before(one.name);
  return one.form === "steps" ? arrays.filter(same).sort((left, right) => rank(left) - rank(right)) : [one];
}

/** What is remembered stands before the gates that let it change. */
function rank({ name }: Shown): number {
  const place = ["activations", "state", "cell"].indexOf(tail(name));
  return place < 0 ? 3 : place;
}

export function nameOf(name: string): string {
  const { names, within } = strings.made;
  const own = tail(name);
  const told = names[own] ?? own.replaceAll("_", " ");
  return before(name) ? within(before(name), told) : told;
}

function tail(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function before(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

/** A matrix of steps × units with a row for each unit, so that time runs to the right. */
export function turned(frame: Frame): number[][] {
  const [steps = 0, units = 0] = frame.shape;
  const numbers = values(frame);
  return Array.from({ length: units }, (_, unit) =>
    Array.from({ length: steps }, (_step, step) => numbers[step * units + unit] ?? 0),
  );
}

/** One channel of maps, (height, width, channels). */
export function mapOf(frame: Frame, channel: number): number[][] {
  const [height = 0, width = 0, channels = 1] = frame.shape;
  const numbers = values(frame);
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_column, column) => numbers[(row * width + column) * channels + channel] ?? 0),
  );
}

/** One matrix of several, (count, rows, columns); the mean of all, where it is none of them. */
export function matrixOf(frame: Frame, which: number | null): number[][] {
  const [count = 1, rows = 0, columns = 0] = frame.shape;
  const numbers = values(frame);
  const at = (one: number, row: number, column: number): number => numbers[(one * rows + row) * columns + column] ?? 0;
  const mean = (row: number, column: number): number =>
    Array.from({ length: count }, (_, one) => at(one, row, column)).reduce((sum, each) => sum + each, 0) / count;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_column, column) => (which === null ? mean(row, column) : at(which, row, column))),
  );
}

/** The channel with the strongest answers. */
export function strongestMap(frame: Frame): number {
  const channels = frame.shape[2] ?? 1;
  const sums = new Float64Array(channels);
  for (const [index, value] of values(frame).entries()) sums[index % channels]! += Math.abs(value);
  return sums.indexOf(Math.max(...sums));
}
