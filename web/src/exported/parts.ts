/** Contributions brought back from features to the person's columns, as `src/pellucid/inspection/parts.py` does it. */

import type { ColumnPart, InputBlock, Json } from "$lib/messages";
import { product } from "../views/inside/columns";

const MOST_DETAILS = 512;

/** A feature of a text that the network reads: its place among the column's, and the characters where it stands. */
export interface Mark {
  feature: number;
  name: string;
  /** From each first character up to, but not including, the second. */
  spans: [number, number][];
}

/** An example as contributions are told of it. */
export interface Told {
  values: Record<string, Json>;
  /** The words read of its texts, of those that are read word by word. */
  words: Record<string, string[]>;
  /** The features of its texts, by column. */
  marks: Record<string, Mark[]>;
}

/** By column, the largest first; of pictures and series also by place, of texts by what is read of them. */
export function columns(blocks: readonly InputBlock[], told: Told, all: Float64Array, hasMoved: (at: number) => boolean): ColumnPart[] {
  return blocks
    .map(({ column, kind, offset, size, shape }): ColumnPart => {
      const own = [...all.slice(offset, offset + size)];
      const isGrid = shape.length > 1;
      const value = told.values[column] ?? null;
      const marks = (told.marks[column] ?? []).filter(({ feature }) => hasMoved(offset + feature) || own[feature] !== 0);
      return {
        column,
        kind,
        value: isGrid ? null : value,
        contribution: own.reduce((sum, one) => sum + one, 0),
        details: size > 1 ? details(marks, own) : [],
        grid: isGrid ? nested(own.slice(0, product(shape)), shape) : null,
        marked: marksOf(column, value, own, told),
      };
    })
    .sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution));
}

function details(marks: readonly Mark[], own: readonly number[]): [string, number][] {
  return marks
    .map(({ feature, name }): [string, number] => [name, own[feature] ?? 0])
    .sort(([, one], [, other]) => Math.abs(other) - Math.abs(one))
    .slice(0, MOST_DETAILS);
}

function marksOf(column: string, text: Json, own: readonly number[], { marks, words }: Told): [string, number][] {
  const found = marks[column];
  return found && typeof text === "string" ? stretches(text, found, own, Boolean(words[column]?.length)) : [];
}

/** A text cut where its characters' shares change; words that are read in order are stretches each by itself. */
export function stretches(text: string, marks: readonly Mark[], own: readonly number[], areApart: boolean): [string, number][] {
  const letters = [...text];
  const shares = new Float64Array(letters.length);
  const marked = new Uint32Array(letters.length);
  for (const [number, { feature, spans }] of marks.entries()) {
    const n = spans.reduce((sum, [start, stop]) => sum + stop - start, 0);
    for (const [start, stop] of spans) {
      for (let at = start; at < stop; at++) shares[at]! += (own[feature] ?? 0) / n;
      marked.fill(number + 1, start, stop);
    }
  }
  const isEdge = (at: number): boolean => shares[at] !== shares[at - 1] || (areApart && marked[at] !== marked[at - 1]);
  const cuts = [...letters.keys()].filter((at) => at > 0 && isEdge(at));
  return [...cuts, letters.length].flatMap((stop, place): [string, number][] => {
    const start = cuts[place - 1] ?? 0;
    const share = shares.subarray(start, stop).reduce((sum, each) => sum + each, 0);
    return stop > start ? [[letters.slice(start, stop).join(""), share]] : [];
  });
}

function nested(numbers: readonly number[], shape: readonly number[]): Json {
  const [n = 1, ...rest] = shape;
  if (!rest.length) return [...numbers];
  const size = product(rest);
  return Array.from({ length: n }, (_, at) => nested(numbers.slice(at * size, (at + 1) * size), rest));
}
