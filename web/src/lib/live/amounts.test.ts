import { expect, it } from "vitest";
import { bytes, duration } from "./amounts";

it.each([[12, "12 bytes"], [1234, "1.23 kB"], [5_600_000, "5.6 MB"], [2.5e12, "2500 GB"]])("%d is %s", (n, text) => {
  expect(bytes(n)).toBe(text);
});

it.each([[0.2, "under 1 s"], [12.4, "12 s"], [150, "3 min"], [9000, "2.5 h"]])("%d seconds are %s", (n, text) => {
  expect(duration(n)).toBe(text);
});
