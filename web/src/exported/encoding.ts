/** A row of a form as the network receives it; as the encoders in `src/pellucid/data/kinds` do it. */

import type { Json } from "$lib/messages";
import { product } from "../views/inside/columns";
import type { FormField } from "./contents";

/** Nothing is further from the mean, in deviations. */
const FARTHEST = 100;

export function encode(fields: readonly FormField[], values: Record<string, Json>): Float64Array {
  return Float64Array.from(fields.flatMap((field) => encodeOne(field, values[field.column] ?? null)));
}

function encodeOne(field: FormField, value: Json): number[] {
  if (field.kind === "number") return encodeNumber(field, value);
  return field.kind === "category" ? encodeCategory(field, value) : encodeImage(field, value);
}

function isMissing(value: Json): boolean {
  return value === null || value === "";
}

function clipped(standard: number): number {
  return Math.min(FARTHEST, Math.max(-FARTHEST, standard));
}

function encodeNumber(field: FormField & { kind: "number" }, value: Json): number[] {
  const number = typeof value === "boolean" ? Number(value) : Number.parseFloat(String(value));
  const missing = isMissing(value) || Number.isNaN(number);
  const standard = missing ? 0 : clipped((number - field.mean) / field.scale);
  return field.has_missing ? [standard, missing ? 1 : 0] : [standard];
}

function encodeCategory(field: FormField & { kind: "category" }, value: Json): number[] {
  const { categories, has_other: hasOther, has_missing: hasMissing } = field;
  const size = categories.length + Number(hasOther) + Number(hasMissing);
  const vector = Array<number>(size).fill(0);
  const missing = isMissing(value);
  let place = categories.indexOf(String(value));
  if (missing) place = hasMissing ? size - 1 : -1;
  else if (place < 0 && hasOther) place = categories.length;
  if (place >= 0) vector[place] = 1;
  return vector;
}

function encodeImage(field: FormField & { kind: "image" }, value: Json): number[] {
  const size = product(field.grid);
  const marks = field.has_missing ? [Number(!Array.isArray(value))] : [];
  if (!Array.isArray(value)) return [...Array<number>(size).fill(0), ...marks];
  const channels = field.grid[2] ?? 1;
  const given = (value as unknown[]).flat(2) as number[];
  const all = given.length === size ? given : given.flatMap((pixel) => Array<number>(channels).fill(pixel));
  const pixels = field.is_whole ? all.map((pixel) => Math.max(0, Math.round(pixel))) : all;
  return [...pixels.map((pixel) => clipped((pixel / field.white - field.mean) / field.scale)), ...marks];
}
