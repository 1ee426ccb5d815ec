import { describe, expect, it } from "vitest";
import type { ModelDescription, Trace } from "$lib/messages";
import { wordsAlong } from "./words";

const model = (...blocks: [string, number][]): ModelDescription =>
  ({ input_blocks: blocks.map(([column, size]) => ({ column, size })) }) as unknown as ModelDescription;
const trace = (words: Record<string, string[]>): Trace => ({ words }) as unknown as Trace;

describe("the words at the steps of a network", () => {
  it("are those of the text, and padding after its last", () => {
    expect(wordsAlong(model(["text", 4]), trace({ text: ["a", "good", "film"] }), 4)).toEqual(["a", "good", "film", "(padding)"]);
  });

  it("are those of the text that has so many steps", () => {
    const found = wordsAlong(model(["title", 2], ["text", 3]), trace({ title: ["one"], text: ["two", "words"] }), 3);
    expect(found).toEqual(["two", "words", "(padding)"]);
  });

  it("are none where steps are not those of one text", () => {
    expect(wordsAlong(model(["text", 4]), trace({ text: ["a"] }), 2)).toBeNull();
    expect(wordsAlong(model(["signal", 4]), trace({}), 4)).toBeNull();
    expect(wordsAlong(model(["title", 4], ["text", 4]), trace({ title: [], text: [] }), 4)).toBeNull();
    expect(wordsAlong(model(["text", 4]), null, 4)).toBeNull();
  });
});
