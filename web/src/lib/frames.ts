/** Tensors from the server: a small head, then the numbers, read where they lie. */

export interface Frame {
  numbers: Int8Array | Float32Array;
  shape: number[];
  /** Where it begins in the whole array. */
  offset: number[];
  whole: number[];
  /** How many entries of the whole each number stands for. */
  each: number[];
  scale: number;
  step: number;
}

const VERSION = 1;
const INT8 = 1;
const HEAD = 16;
const NOT_FINITE = -128;

/** Read a frame; `src/pellucid/studio/frames.py` says how it is laid out. */
export function readFrame(buffer: ArrayBuffer): Frame {
  const view = new DataView(buffer);
  const version = view.getUint8(0);
  if (version !== VERSION) throw new Error(`frames of version ${version} are unknown to this page`);
  const rank = view.getUint8(2);
  const list = (place: number): number[] =>
    Array.from({ length: rank }, (_, axis) => view.getUint32(HEAD + 4 * (place * rank + axis), true));
  const start = Math.ceil((HEAD + 16 * rank) / 8) * 8;
  const numbers =
    view.getUint8(1) === INT8 ? new Int8Array(buffer, start) : new Float32Array(buffer, start);
  return {
    numbers,
    shape: list(0),
    offset: list(1),
    whole: list(2),
    each: list(3),
    scale: view.getFloat32(4, true),
    step: Number(view.getBigUint64(8, true)),
  };
}

/** A frame's numbers as they are: int8 times their scale, what is not finite as NaN. */
export function values(frame: Frame): Float32Array {
  if (frame.numbers instanceof Float32Array) return frame.numbers;
  const found = new Float32Array(frame.numbers.length);
  for (let index = 0; index < found.length; index++) {
    const entry = frame.numbers[index] ?? Number.NaN;
    found[index] = entry === NOT_FINITE ? Number.NaN : entry * frame.scale;
  }
  return found;
}
