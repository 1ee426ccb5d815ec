import { beforeEach, describe, expect, it, vi } from "vitest";

/** The page as a browser loads it: nothing is remembered but what is stored. */
async function loaded(hash: string, right = "right"): Promise<string> {
  vi.resetModules();
  vi.stubGlobal("fetch", async (_: string, { headers }: { headers: Record<string, string> }) => ({
    ok: headers["x-pellucid-token"] === right,
  }));
  location.hash = hash;
  const { admit, withToken } = await import("./admission");
  await admit();
  return (withToken({}).headers as Record<string, string>)["x-pellucid-token"] ?? "";
}

describe("the token of the launch", () => {
  beforeEach(() => localStorage.clear());

  it("is taken out of the address, and kept for other tabs", async () => {
    expect(await loaded("#token=right")).toBe("right");
    expect(location.hash).toBe("");
    expect(await loaded("#/inside/m1")).toBe("right");
    expect(location.hash).toBe("#/inside/m1");
  });

  it("gives way to that of a new launch on the same port", async () => {
    await loaded("#token=old", "old");
    expect(await loaded("#token=new", "new")).toBe("new");
    expect(await loaded("", "new")).toBe("new");
  });

  it("is not lost to a link with a wrong one", async () => {
    await loaded("#token=right");
    expect(await loaded("#token=wrong")).toBe("right");
    expect(await loaded("")).toBe("right");
  });
});
