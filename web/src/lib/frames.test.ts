import { describe, expect, it } from "vitest";
import { readFrame, values } from "./frames";

/** Bytes laid out by hand after the description in `frames.py`. */
function frame(kind: number, scale: number, lists: number[][], payload: ArrayBufferView): ArrayBuffer {
  const rank = lists[0]?.length ?? 0;
  const start = Math.ceil((16 + 16 * rank) / 8) * 8;
  const buffer = new ArrayBuffer(start + payload.byteLength);
  const view = new DataView(buffer);
  view.setUint8(0, 1);
  view.setUint8(1, kind);
  view.setUint8(2, rank);
  view.setFloat32(4, scale, true);
  view.setBigUint64(8, 42n, true);
  for (const [index, entry] of lists.flat().entries()) view.setUint32(16 + 4 * index, entry, true);
  new Uint8Array(buffer, start).set(new Uint8Array(payload.buffer));
  return buffer;
}

describe("frames", () => {
  it("hold exact numbers and say where they lie", () => {
    const numbers = Float32Array.of(0.1, -2, 3, 4);
    const read = readFrame(frame(2, 1, [[2, 2], [1, 0], [3, 2], [1, 1]], numbers));
    expect(read).toMatchObject({ shape: [2, 2], offset: [1, 0], whole: [3, 2], each: [1, 1], step: 42 });
    expect([...values(read)]).toEqual([...numbers]);
  });

  it("hold overviews as whole numbers times a scale; -128 is what is not finite", () => {
    const read = readFrame(frame(1, 0.5, [[3], [0], [6], [2]], Int8Array.of(127, -2, -128)));
    expect([...values(read)]).toEqual([63.5, -1, Number.NaN]);
  });

  it("of a later version are refused", () => {
    const later = frame(2, 1, [[0], [0], [0], [1]], new Float32Array());
    new Uint8Array(later)[0] = 2;
    expect(() => readFrame(later)).toThrow("frames of version 2");
  });
});
