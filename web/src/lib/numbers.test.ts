import { describe, expect, it } from "vitest";
import { apart, count, format, percent, shortest } from "./numbers";

describe("numbers", () => {
  it.each([
    [4.2, 3, "4.2"],
    [-0.5, 3, "−0.5"],
    [0, 3, "0"],
    [2.88, 2, "2.9"],
    [1234.5, 2, "1200"],
    [12345678, 3, "1.23·10⁷"],
    [0.0000123456, 3, "1.23·10⁻⁵"],
    [-Infinity, 3, "−∞"],
    [Number.NaN, 3, "no number"],
  ] as const)("%s with %s digits is written %s", (value, digits, text) => {
    expect(format(value, digits)).toBe(text);
  });

  it("writes a plus where it is asked for, but not before 0", () => {
    expect(format(1.5, 3, true)).toBe("+1.5");
    expect(format(0, 3, true)).toBe("0");
  });

  it("names a float32 by the fewest digits that lead back to it", () => {
    // 0.1 as float32 is 0.100000001490116…; its shortest decimal is 0.1.
    expect(shortest(Math.fround(0.1))).toBe("0.1");
    // The float32 after 1 is 1 + 2⁻²³ = 1.00000011920929; 1.0000001 names it.
    expect(shortest(1 + 2 ** -23)).toBe("1.0000001");
    for (let index = 0; index < 500; index++) {
      const value = Math.fround(Math.sin(index) * 10 ** ((index % 13) - 6));
      expect(Math.fround(Number(shortest(value)))).toBe(value);
    }
  });

  it("writes two numbers so that they are seen to differ", () => {
    expect(apart(-0.0112, -0.011188, 3)).toEqual(["−0.0112", "−0.01119"]);
    expect(apart(5, 4.2, 3)).toEqual(["5", "4.2"]);
    expect(apart(1, 1, 3)).toEqual(["1", "1"]);
  });

  it("groups thousands and writes shares", () => {
    expect(count(1234567)).toBe("1\u202f234\u202f567");
    expect(percent(0.9864)).toBe("98.6 %");
  });
});
