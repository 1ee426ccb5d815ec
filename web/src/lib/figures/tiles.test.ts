import { describe, expect, it, vi } from "vitest";
import type { Frame } from "../frames";
import { begun, type Load, Tiles } from "./tiles";

/** A matrix whose entry is 1000 · row + column. */
const load: Load = async (rows, columns) => {
  const width = columns[1] - columns[0];
  const shape = [rows[1] - rows[0], width];
  const numbers = Float32Array.from({ length: shape[0]! * width }, (_, index) =>
    1000 * (rows[0] + Math.floor(index / width)) + columns[0] + (index % width),
  );
  return { numbers, shape, offset: [0, 0], whole: shape, each: [1, 1], scale: 1, step: 0 } as Frame;
};

describe("tiles", () => {
  it("give each number in its place, also in the narrow tiles at the edges", async () => {
    const come = vi.fn();
    const tiles = new Tiles(300, 200, load, come, vi.fn());
    expect(tiles.at(299, 199)).toBeNull();
    tiles.want([0, 300], [0, 200]);
    await vi.waitFor(() => expect(come).toHaveBeenCalledTimes(6));
    for (const [row, column] of [[0, 0], [127, 128], [128, 127], [299, 199]] as const) {
      expect(tiles.at(row, column)).toBe(1000 * row + column);
    }
  });

  it("are read over an area, but where they are not there yet", async () => {
    const tiles = new Tiles(300, 200, load, vi.fn(), vi.fn());
    tiles.want([0, 128], [0, 200]); // the upper of three rows of tiles
    await vi.waitFor(() => expect(tiles.at(0, 199)).not.toBeNull());
    const numbers = new Float32Array(2 * 4).fill(-1);
    tiles.read([127, 129], [126, 130], numbers);
    expect([...numbers]).toEqual([127126, 127127, 127128, 127129, -1, -1, -1, -1]);
  });

  it("are fetched once, and again after a failure", async () => {
    const failing = vi.fn<Load>().mockRejectedValueOnce(new Error("gone")).mockImplementation(load);
    const [come, fail] = [vi.fn(), vi.fn()];
    const tiles = new Tiles(2, 2, failing, come, fail);
    tiles.want([0, 2], [0, 2]);
    tiles.want([0, 2], [0, 2]);
    await vi.waitFor(() => expect(fail).toHaveBeenCalledOnce());
    tiles.want([0, 2], [0, 2]);
    await vi.waitFor(() => expect(come).toHaveBeenCalledOnce());
    expect(failing).toHaveBeenCalledTimes(2);
  });
});

describe("the tile of a cell that is begun with", () => {
  it("is fetched once, whoever asks for it later", async () => {
    const counted = vi.fn(load);
    const ahead = begun(counted, [300, 200], [299, 5]);
    expect(counted.mock.calls).toEqual([[[256, 300], [0, 128]]]);
    const frame = await ahead([256, 300], [0, 128]);
    expect([frame.numbers[0], counted.mock.calls.length]).toEqual([256000, 1]);
    await ahead([0, 128], [0, 128]);
    expect(counted).toHaveBeenCalledTimes(2);
  });

  it("is fetched anew where it failed", async () => {
    const failing = vi.fn<Load>().mockRejectedValueOnce(new Error("gone")).mockImplementation(load);
    const ahead = begun(failing, [2, 2], [0, 0]);
    await vi.waitFor(async () => expect((await ahead([0, 2], [0, 2])).shape).toEqual([2, 2]));
    expect(failing).toHaveBeenCalledTimes(2);
  });
});
