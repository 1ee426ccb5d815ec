import { describe, expect, it } from "vitest";
import type { ModelDescription } from "$lib/messages";
import { suits } from "./workbench";

/** A model of these classes whose only field has this shape, with one matrix or none. */
function modelOf(classes: string, shape: number[], hasMatrix = true): ModelDescription {
  const parameters = hasMatrix ? [{ path: "kernel", shape: [64, 10] }] : [];
  return { classes: [...classes], fields: [{ shape }], layers: [{ name: "output", parameters }] } as unknown as ModelDescription;
}

describe("a model that a chapter's subject is seen on", () => {
  const [digits, flowers] = [modelOf("0123456789", [8, 8]), modelOf("abc", [])];

  it("has learned pictures of digits where the chapter is about them", () => {
    expect(suits(digits, "network", "digits")).toBe(true);
    expect(suits(flowers, "test", "digits")).toBe(false);
    expect(suits(modelOf("0123456789", []), "test", "digits")).toBe(false);
    expect(suits(flowers, "network")).toBe(true);
  });

  it("has a matrix where the chapter is about one", () => {
    expect(suits(flowers, "weight")).toBe(true);
    expect(suits(modelOf("abc", [], false), "weight")).toBe(false);
    expect(suits(modelOf("abc", [], false), "test")).toBe(true);
  });
});
