import { describe, expect, it } from "vitest";
import { columns, type Mark, stretches } from "./parts";

// As the examples in src/pellucid/inspection/marks.py.

const free: Mark = { feature: 0, name: '"free"', spans: [[0, 4]] };
const entry: Mark = { feature: 1, name: '"entry"', spans: [[5, 10]] };

describe("a text is cut into what contributed", () => {
  it("where n-grams stand", () => {
    expect(stretches("Free entry!", [free, entry], [2, -1], false)).toEqual([["Free", 2], [" ", 0], ["entry", -1], ["!", 0]]);
  });

  it("word by word where they are read in order, those of equal contributions too", () => {
    const words: Mark[] = [{ feature: 0, name: '"no"', spans: [[0, 2]] }, { feature: 1, name: '"no"', spans: [[2, 4]] }];
    expect(stretches("NOno", words, [1, 1], true)).toEqual([["NO", 1], ["no", 1]]);
    expect(stretches("NOno", words, [1, 1], false)).toEqual([["NOno", 2]]);
  });

  it("by whole characters, and an n-gram's share by all its places", () => {
    const smile: Mark = { feature: 0, name: '"!"', spans: [[1, 2], [3, 4]] };
    expect(stretches("\u{1f600}!\u{1f600}!", [smile], [3], false)).toEqual([["\u{1f600}", 0], ["!", 1.5], ["\u{1f600}", 0], ["!", 1.5]]);
  });

  it("not at all where it is empty, and whole where nothing stands in it", () => {
    expect(stretches("", [], [], true)).toEqual([]);
    expect(stretches("   ", [{ feature: 0, name: '"gone"', spans: [] }], [1], true)).toEqual([["   ", 0]]);
  });
});

it("features that neither moved nor contributed are not told", () => {
  const blocks = [{ column: "text", kind: "text", shape: [3], offset: 1, size: 3, names: null }];
  const told = { values: { text: "free entry" }, words: {}, marks: { text: [free, entry] } };
  const [part] = columns(blocks, told, Float64Array.from([9, 0, -1, 0]), (at) => at === 2);
  expect(part).toMatchObject({ contribution: -1, details: [['"entry"', -1]], grid: null });
  expect(columns(blocks, { ...told, values: { text: null } }, new Float64Array(4), () => false)[0]?.marked).toEqual([]);
});
