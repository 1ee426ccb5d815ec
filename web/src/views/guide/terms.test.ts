import { describe, expect, it } from "vitest";
import { mathml } from "$lib/formula";
import { pieces } from "$lib/prose";
import { strings } from "$lib/strings";
import { termOf } from "$lib/strings/terms";
import { CHAPTERS } from "./chapters";

describe.each(Object.entries(strings.terms))("the term %s", (_, { title, what, formula, read, chapter }) => {
  it("says what it is, in whole sentences", () => {
    expect(title).not.toBe("");
    for (const text of [what, read ?? "."]) expect(text).toMatch(/[.”]$/);
  });

  it("has formulas that can be drawn", () => {
    const within = [what, read ?? ""].flatMap(pieces).filter(({ kind }) => kind === "formula");
    for (const each of [...within.map(({ text }) => text), ...(formula ? [formula] : [])]) {
      expect(mathml(each)).toContain("<math>");
    }
  });

  it("names a chapter that there is", () => {
    if (chapter) expect(CHAPTERS.map(({ name }) => name)).toContain(chapter);
  });
});

it("counts chapters in the order of the guide", () => {
  expect(Object.keys(strings.guide.chapters)).toEqual(CHAPTERS.map(({ name }) => name));
});

it.each([
  ["accuracy", "accuracy"],
  ["price.r2", "r2"],
  ["St. Louis.mae", "mae"],
  ["missing", null],
  ["weight", null],
])("the score %s is explained by %s", (score, term) => {
  expect(termOf(score)).toBe(term);
});
