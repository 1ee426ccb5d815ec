import { beforeEach, expect, it } from "vitest";
import { placed } from "./placed";

beforeEach(() => {
  for (const [name, value] of [["clientWidth", 390], ["clientHeight", 844]] as const) {
    Object.defineProperty(document.documentElement, name, { value, configurable: true });
  }
});

const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height, bottom: top + height });

it.each([
  ["below its button", box(20, 100, 24, 24), 130],
  ["above, where below there is no room", box(20, 800, 24, 24), 594],
  ["within the window, to the right", box(360, 100, 24, 24), 130],
])("something opens %s", (_, button, top) => {
  const own = box(0, 0, 368, 200);
  const at = placed(button, own);
  expect(at.top).toBe(top);
  expect(at.left).toBeGreaterThanOrEqual(8);
  expect(at.left + own.width).toBeLessThanOrEqual(382);
});
