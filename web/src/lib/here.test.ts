import { beforeEach, describe, expect, it } from "vitest";
import { here } from "./here.svelte";

const arrived = () => new Promise((resolve) => setTimeout(resolve));

describe("where the person is", () => {
  beforeEach(async () => {
    location.hash = "#/inside/m1?example=3";
    await arrived();
  });

  it("follows the address, and writes it", () => {
    expect(here.at).toMatchObject({ view: "inside", model: "m1", example: 2 });
    here.move({ layer: "output" });
    expect(location.hash).toBe("#/inside/m1?example=3&layer=output");
  });

  it("is not moved while the person goes elsewhere", async () => {
    location.hash = "#/test/m1";
    here.move({ example: 0 });
    await arrived();
    expect(here.at.view).toBe("test");
    expect(location.hash).toBe("#/test/m1");
  });
});
