import { describe, expect, it } from "vitest";
import type { Summary } from "$lib/messages";
import { spread } from "./flow.svelte";

describe("what an example leaves in the network", () => {
  it("is spread from a strip over the units that share its entries", () => {
    const summary = { values: null, strip: [127, -127], scale: 0.5 } as unknown as Summary;
    expect([...Array.from(spread(summary, 4))]).toEqual([63.5, 63.5, -63.5, -63.5]);
  });
});
