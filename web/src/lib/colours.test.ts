import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { colour, DARK, isLight, largestOf, LIGHT, paint, strength } from "./colours";

describe("colours", () => {
  it("show the largest number in the full colour of its sign, and 0 as the ground", () => {
    for (const palette of [LIGHT, DARK]) {
      expect(colour(3, 3, palette)).toEqual(palette.positive);
      expect(colour(-3, 3, palette)).toEqual(palette.negative);
      expect(colour(0, 3, palette)).toEqual(palette.ground);
    }
  });

  it("are those that the page has by name for legends, lines and words, light and dark", () => {
    const sheet = readFileSync("src/page.css", "utf8");
    for (const [name, of] of [["positive", "positive"], ["negative", "negative"], ["zero", "ground"]] as const) {
      const hex = [LIGHT, DARK].map((palette) =>
        `#${palette[of].map((part) => part.toString(16).padStart(2, "0")).join("")}`,
      );
      expect(sheet).toContain(`--${name}: light-dark(${hex.join(", ")});`);
    }
  });

  it("lift small numbers: a share of 0.1 has 0.1^0.6 = 0.2512 of the strength", () => {
    expect(strength(-0.5, 5)).toBeCloseTo(0.2512, 4);
    expect(strength(9, 5)).toBe(1);
    expect(strength(1, 0)).toBe(0);
  });

  it("paint many numbers as they would paint one; what is no number is clear", () => {
    expect([...paint([Number.NaN, 1], 1, LIGHT)].slice(3)).toEqual([0, 37, 99, 235, 255]);
    for (const value of [-2, -0.7, 0, 0.031, 1.9]) {
      const [red = 0, green = 0, blue = 0] = paint([value], 2, DARK);
      for (const [part, found] of [red, green, blue].entries()) {
        expect(Math.abs(found - (colour(value, 2, DARK)[part] ?? 0))).toBeLessThanOrEqual(1);
      }
    }
  });

  it("tell light grounds from dark ones, for the text on them", () => {
    expect(isLight([255, 255, 255])).toBe(true);
    expect(isLight(LIGHT.positive)).toBe(false);
    expect(isLight(DARK.positive)).toBe(true);
    expect(largestOf([1, -4, 2])).toBe(4);
  });
});
