import { expect, it } from "vitest";
import { Width } from "./width.svelte";

it("is the usual one at first, and what was found when the figure comes again", () => {
  const first = new Width("losses", 560);
  expect(first.value).toBe(560);
  first.take(731);
  expect([first.value, new Width("losses", 560).value, new Width("others", 560).value]).toEqual([731, 731, 560]);
});

it("stays while the figure is hidden", () => {
  const width = new Width("hidden", 560);
  width.take(0);
  expect([width.value, new Width("hidden", 400).value]).toEqual([560, 400]);
});

it("is kept of a hundred figures", () => {
  for (let n = 0; n <= 100; n++) new Width(`figure ${n}`, 1).take(2);
  expect([new Width("figure 0", 1).value, new Width("figure 100", 1).value]).toEqual([1, 2]);
});
