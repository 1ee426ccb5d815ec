/** What `src/pellucid/sharing/contents.py` writes into the page. */

import type { Example, Json, ModelDescription, Test } from "$lib/messages";
import type { Part } from "$lib/place";
import type { LayerSettings } from "./engine/layers";
import type { Loss } from "./engine/losses";
import type { Params, Tensor } from "./engine/tensor";
import type { Mark } from "./parts";

export interface Packed {
  shape: number[];
  /** Little-endian float32, in base64. */
  numbers: string;
}

export type PackedParams = Record<string, Record<string, Packed>>;

/** How a column of a form becomes numbers. */
export type FormField =
  | { kind: "number"; column: string; mean: number; scale: number; has_missing: boolean }
  | { kind: "category"; column: string; categories: string[]; has_other: boolean; has_missing: boolean }
  | {
      kind: "image";
      column: string;
      grid: number[];
      white: number;
      is_whole: boolean;
      mean: number;
      scale: number;
      has_missing: boolean;
    };

/** How outputs become an answer. */
export type Answering =
  | { kind: "classes" | "clusters"; values: Json[]; labels: string[]; temperature: number }
  | { kind: "number"; mean: number; scale: number; bend: number | null; highest: number | null };

export interface Contents {
  version: string;
  description: ModelDescription;
  layers: (LayerSettings & { name: string })[];
  /** Earlier states of the training; the finished network's parameters stand by themselves. */
  states: { step: number; params: PackedParams }[];
  params: PackedParams;
  part: Part;
  examples: Example[];
  /** How well the finished network answers the rows of that part, as counted at the export; null where none are kept. */
  test: Test | null;
  /** What the network receives of each example, in base64. */
  vectors: string[];
  /** The truth of each example as the loss takes it; null where there is none, or no loss. */
  truths: number[] | null;
  /** The words that the network reads of each example's texts, by column. */
  words: Record<string, string[]>[];
  /** The features of each example's texts and where they stand, by column. */
  marks: Record<string, Mark[]>[];
  loss: Loss | null;
  /** The average training row as the network receives it, in base64, and what it stands for. */
  baseline: { vector: string; told: string };
  /** Of a number that is predicted, where it is known. */
  unit: string;
  /** Of an ensemble, its first network by itself; the others differ in their numbers alone. */
  member: ModelDescription | null;
  /** Null where some column cannot be filled in by hand. */
  fields: FormField[] | null;
  answering: Answering;
}

export function numbersOf(text: string): Float32Array {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

export function unpacked(params: PackedParams): Record<string, Params> {
  const tensor = ({ shape, numbers }: Packed): Tensor => ({ shape, data: Float64Array.from(numbersOf(numbers)) });
  const layer = (own: Record<string, Packed>): Params =>
    Object.fromEntries(Object.entries(own).map(([path, array]) => [path, tensor(array)]));
  return Object.fromEntries(Object.entries(params).map(([name, own]) => [name, layer(own)]));
}
