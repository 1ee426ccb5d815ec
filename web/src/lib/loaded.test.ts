import { describe, expect, it, vi } from "vitest";
import { Loaded } from "./loaded.svelte";
import { Refused } from "./server";

const soon = () => new Promise((resolve) => setTimeout(resolve));

describe("an answer that follows what is asked", () => {
  it("is that of the newest question, whichever comes first", async () => {
    const loaded = new Loaded<string>();
    let answerFirst = (_: string): void => {};
    let signal: AbortSignal | undefined;
    loaded.ask("first", (given) => {
      signal = given;
      return new Promise((resolve) => (answerFirst = resolve));
    });
    loaded.ask("second", () => Promise.resolve("second"));
    await soon();
    answerFirst("first");
    await soon();
    expect(loaded.value).toBe("second");
    expect(signal?.aborted).toBe(true);
  });

  it("is asked for once, and again after a refusal", async () => {
    const loaded = new Loaded<string>();
    let asked = 0;
    const failing = () => {
      asked++;
      return asked === 1 ? Promise.reject(new Refused("no", null, null, null)) : Promise.resolve("yes");
    };
    loaded.ask("key", failing);
    await soon();
    expect(loaded.problem?.message).toBe("no");
    loaded.ask("key", failing);
    loaded.ask("key", failing);
    await soon();
    expect([loaded.value, loaded.problem, asked]).toEqual(["yes", null, 2]);
  });

  it("is gone where the next question is refused, or stays where that is to be mended", async () => {
    for (const [keeps, expected] of [[false, null], [true, "good"]] as const) {
      const loaded = new Loaded<string>(keeps);
      loaded.ask("good", async () => "good");
      await soon();
      loaded.ask("bad", () => Promise.reject(new Refused("no", null, null, null)));
      await soon();
      expect([loaded.value, loaded.problem?.message]).toEqual([expected, "no"]);
      loaded.ask("good", async () => "again");
      await soon();
      expect([loaded.value, loaded.problem]).toEqual(["again", null]);
    }
  });

  it("may come with another one, and then is not asked for", async () => {
    const loaded = new Loaded<string>();
    loaded.ask("old", () => new Promise((resolve) => setTimeout(() => resolve("old"))));
    loaded.take("key", "known");
    loaded.ask("key", () => Promise.reject(new Refused("asked", null, null, null)));
    await soon();
    await soon();
    expect([loaded.value, loaded.problem, loaded.busy]).toEqual(["known", null, false]);
  });

  it("may be asked for in advance, and then is there when it is asked for", async () => {
    const loaded = new Loaded<string>();
    const [first, never] = [vi.fn(async () => "first"), vi.fn(async () => "again")];
    expect(loaded.isQuick).toBe(false);
    loaded.expect("key", first);
    loaded.expect("key", never);
    await soon();
    expect([loaded.value, loaded.isQuick]).toEqual([null, true]);
    loaded.ask("key", never);
    await soon();
    expect([loaded.value, first.mock.calls.length, never.mock.calls.length]).toEqual(["first", 1, 0]);
  });

  it("is asked for again where what was expected had failed", async () => {
    const loaded = new Loaded<string>();
    loaded.expect("key", () => Promise.reject(new Refused("no", null, null, null)));
    await soon();
    loaded.ask("key", async () => "yes");
    await soon();
    expect([loaded.value, loaded.problem]).toEqual(["yes", null]);
  });
});
