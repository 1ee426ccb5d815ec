import { afterEach, expect, it, vi } from "vitest";
import { remembered } from "./remembered";
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
