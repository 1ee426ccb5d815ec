import { afterEach, expect, it, vi } from "vitest";
import { Remembered, remembered } from "./remembered";
import { reachBy } from "./server";

const asked = vi.fn<(path: string) => Promise<Response>>();

afterEach(() => {
  asked.mockReset();
});

function answerAll(): void {
  asked.mockImplementation((path) => Promise.resolve(new Response(JSON.stringify({ path }))));
  reachBy((path) => asked(path));
}

it("asks once for what does not change, even while it is awaited", async () => {
  answerAll();
  const both = [remembered("once"), remembered("once")];
  expect(await Promise.all(both)).toEqual([{ path: "once" }, { path: "once" }]);
  expect(await remembered("once")).toEqual({ path: "once" });
  expect(asked).toHaveBeenCalledTimes(1);
});

it("keeps the newest few", async () => {
  answerAll();
  for (let n = 0; n < 13; n += 1) await remembered(`many ${n}`);
  await remembered("many 12");
  expect(asked).toHaveBeenCalledTimes(13);
  await remembered("many 0");
  expect(asked).toHaveBeenCalledTimes(14);
});

it("asks anew for what failed", async () => {
  asked.mockRejectedValue(new TypeError("no server"));
  reachBy((path) => asked(path));
  await expect(remembered("failed")).rejects.toThrow();
  answerAll();
  expect(await remembered("failed")).toEqual({ path: "failed" });
});

it("is there at once where it is at hand, and else when it comes", async () => {
  answerAll();
  const first = new Remembered<{ path: string }>();
  first.follow("follow");
  expect([first.value, first.busy]).toEqual([null, true]);
  await remembered("follow");
  await new Promise((resolve) => setTimeout(resolve));
  expect([first.value, first.busy]).toEqual([{ path: "follow" }, false]);
  const second = new Remembered<{ path: string }>();
  second.follow("follow");
  expect([second.value, second.busy]).toEqual([{ path: "follow" }, false]);
  second.follow(null);
  expect(second.value).toBe(null);
  expect(asked).toHaveBeenCalledTimes(1);
});
