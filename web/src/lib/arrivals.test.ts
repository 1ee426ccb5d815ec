import { describe, expect, it, vi } from "vitest";
import { allShown, awaiting } from "./arrivals";

describe("answers that arrive", () => {
  it("are shown together once the last of them is there", () => {
    const shown: string[] = [];
    const [one, other] = [awaiting(), awaiting()];
    one(() => shown.push("one"));
    expect(shown).toEqual([]);
    other(() => shown.push("other"));
    expect(shown).toEqual(["one", "other"]);
  });

  it("wait for a late one 60 ms, and not at all for one that has been late for long", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const shown: string[] = [];
    const [first, late] = [awaiting(), awaiting()];
    first(() => shown.push("first"));
    vi.advanceTimersByTime(59);
    expect(shown).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(shown).toEqual(["first"]);
    vi.advanceTimersByTime(60);
    awaiting()(() => shown.push("second"));
    expect(shown).toEqual(["first", "second"]);
    late(() => shown.push("late"));
    expect(shown.at(-1)).toBe("late");
    vi.useRealTimers();
  });
});

describe("waiting until all is shown", () => {
  it("ends at once where nothing is awaited, and else with the last answer", async () => {
    await allShown(1e6);
    const [order, arrive] = [[] as string[], awaiting()];
    const shown = allShown(1e6).then(() => order.push("all"));
    arrive(() => order.push("answer"));
    await shown;
    expect(order).toEqual(["answer", "all"]);
  });

  it("does not wait for one that has been late for long", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const late = awaiting();
    vi.advanceTimersByTime(120);
    await allShown(1e6);
    late(() => undefined);
    vi.useRealTimers();
  });

  it("takes no longer than it may", async () => {
    const arrive = awaiting();
    await allShown(1);
    arrive(() => undefined);
  });
});
