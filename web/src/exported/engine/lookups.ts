/**
 * Networks of words as functions that have slopes, as `src/pellucid/inspection/lookups.py` has them: the number of a
 * word says nothing by its size, but its vector can be moved to that of another word, or to the zeros of padding.
 */

import type { Branch, LayerSettings } from "./layers";

/** Families whose inputs are numbers of words: there is no slope in them. */
export const LOOKED_UP: ReadonlySet<string> = new Set(["embedding", "embedding_bag"]);

/** A line from one example to another. */
export interface Line {
  before: Float64Array;
  after: Float64Array;
  /** 1 for places that hold the number of a word. */
  isWord: Uint8Array;
}

export function lineOf(before: Float64Array, after: Float64Array): Line {
  return { before, after, isWord: new Uint8Array(before.length) };
}

/** Exchange the embeddings that a layer is or begins with, and mark the places of their words on the line. */
export function opened(layer: LayerSettings, line: Line): LayerSettings {
  if (LOOKED_UP.has(layer.family)) {
    line.isWord.fill(1);
    return { ...layer, family: "between", before: line.before, after: line.after };
  }
  if (layer.family === "ensemble") return { ...layer, layers: openedFirst(layer["layers"] as LayerSettings[], line) };
  if (layer.family !== "branches") return layer;
  const branches = (layer["branches"] as Branch[]).map((one) => ({ ...one, layers: openedFirst(one.layers, within(line, one)) }));
  return { ...layer, branches };
}

function openedFirst([first, ...rest]: readonly LayerSettings[], line: Line): LayerSettings[] {
  // Its parameters go on being found by the name that it had.
  return first ? [opened({ ...first, name: first.name ?? `${first.family}_1` }, line), ...rest] : [];
}

function within({ before, after, isWord }: Line, { start, stop }: Branch): Line {
  return { before: before.subarray(start, stop), after: after.subarray(start, stop), isWord: isWord.subarray(start, stop) };
}

/** Where the line starts and ends for an opened network: a word that changes goes from 0 to 1, another stays at 0. */
export function endsOf({ before, after, isWord }: Line): [Float64Array, Float64Array] {
  return [
    before.map((value, at) => (isWord[at] ? 0 : value)),
    after.map((value, at) => (isWord[at] ? Number(value !== before[at]) : value)),
  ];
}

/** The places where only one of the two examples has a word. */
export function oneSided({ before, after, isWord }: Line): number[] {
  return [...after.keys()].filter((at) => isWord[at] && (before[at] === 0) !== (after[at] === 0));
}
