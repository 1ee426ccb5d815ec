import { describe, expect, it } from "vitest";
import { chosenValue, shownValue } from "./settings";

describe("settings", () => {
  it("are numbers where they are, and open where nothing is written", () => {
    expect(chosenValue({ kind: "number" }, " 0.01 ")).toBe(0.01);
    expect(chosenValue({ kind: "number" }, "find")).toBe("find");
    expect(chosenValue({ kind: "sizes" }, " 128, 64 ")).toBe("128, 64");
    expect(chosenValue({ kind: "sizes" }, "8 6")).toBe("8 6");
    expect(chosenValue({ kind: "whole" }, "  ")).toBeNull();
  });

  it("are shown as they are written", () => {
    expect(shownValue([128, 64])).toBe("128, 64");
    expect(shownValue("128,64")).toBe("128, 64");
    expect(shownValue([])).toBe("none");
    expect(shownValue(undefined)).toBe("");
    expect(shownValue(0.5)).toBe("0.5");
  });
});
