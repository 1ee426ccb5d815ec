import { describe, expect, it } from "vitest";
import { told, unitsOf } from "./operations";

describe("units that a person names", () => {
  it("are counted from 1, alone or from one to another", () => {
    expect(unitsOf("1-3, 9", 10)).toEqual([0, 1, 2, 8]);
    expect(unitsOf("4 4 2", 10)).toEqual([1, 3]);
  });

  it.each(["", "0", "11", "3-2", "a", "1-"])("are not %j", (text) => {
    expect(unitsOf(text, 10)).toBeNull();
  });

  it("are told as people count", () => {
    const operation = { kind: "switch_off" as const, layer: "hidden_1", units: [0, 4] };
    expect(told(operation, String)).toBe("units 1, 5 of hidden_1 switched off");
  });
});
