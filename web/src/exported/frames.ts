/** Tensors in the form of `lib/frames.ts`, written as the server writes them, all as float32. */

import type { Tensor } from "./engine/tensor";
import { sizeOf } from "./engine/tensor";

const AXES = ["rows", "columns", "channels", "filters", "axis4", "axis5", "axis6", "axis7"];
const [VERSION, FLOAT32, HEAD] = [1, 2, 16];

/** The part of a tensor that an address asks for: a tile, or an overview of blocks. */
export function framed(whole: Tensor, query: URLSearchParams): ArrayBuffer {
  const most = Number(query.get("overview"));
  return most ? overview(whole, most) : tile(whole, query);
}

function tile(whole: Tensor, query: URLSearchParams): ArrayBuffer {
  const spans = whole.shape.map((n, axis): [number, number] => {
    const [from, to] = (query.get(AXES[axis] ?? "") ?? "").split(":").map(Number);
    return from === undefined || to === undefined ? [0, n] : [from, Math.min(to, n)];
  });
  const shape = spans.map(([from, to]) => to - from);
  const numbers = new Float32Array(sizeOf(shape));
  const index = spans.map(([from]) => from);
  for (let at = 0; at < numbers.length; at++) {
    numbers[at] = whole.data[flat(index, whole.shape)] ?? 0;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      const [from, to] = spans[axis] ?? [0, 1];
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < to) break;
      index[axis] = from;
    }
  }
  return written(numbers, shape, spans.map(([from]) => from), whole.shape, shape.map(() => 1));
}

/** Of each block the number of largest size, with its sign. */
function overview(whole: Tensor, most: number): ArrayBuffer {
  const each = whole.shape.map((n) => Math.max(1, Math.ceil(n / most)));
  const shape = whole.shape.map((n, axis) => Math.ceil(n / (each[axis] ?? 1)));
  const numbers = new Float32Array(sizeOf(shape));
  const index = whole.shape.map(() => 0);
  for (const value of whole.data) {
    const at = flat(index.map((own, axis) => Math.floor(own / (each[axis] ?? 1))), shape);
    if (Math.abs(value) > Math.abs(numbers[at] ?? 0)) numbers[at] = value;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (whole.shape[axis] ?? 1)) break;
      index[axis] = 0;
    }
  }
  return written(numbers, shape, shape.map(() => 0), whole.shape, each);
}

function flat(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((total, own, axis) => total * (shape[axis] ?? 1) + own, 0);
}

function written(numbers: Float32Array, ...lists: (readonly number[])[]): ArrayBuffer {
  const rank = lists[0]?.length ?? 0;
  const start = Math.ceil((HEAD + 16 * rank) / 8) * 8;
  const buffer = new ArrayBuffer(start + numbers.byteLength);
  const view = new DataView(buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, FLOAT32);
  view.setUint8(2, rank);
  view.setFloat32(4, 1, true);
  for (const [place, entry] of lists.flat().entries()) view.setUint32(HEAD + 4 * place, entry, true);
  new Float32Array(buffer, start).set(numbers);
  return buffer;
}
