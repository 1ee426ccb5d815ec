/** Windows that move over the places of an image or a series; as in the engine's `nn/windows.py`. */

import { sizeOf } from "./tensor";

export interface Windows {
  size: readonly number[];
  stride: readonly number[];
  dilation: readonly number[];
  padding: string;
}

/** One whole number for each axis: a single one stands for all. */
export function perAxis(value: unknown, axes: number): number[] {
  return Array.isArray(value) ? value.map(Number) : Array<number>(axes).fill(Number(value));
}

/** How many windows there are along each axis, and how many places are added before it. */
export function layOut(windows: Windows, places: readonly number[]): { counts: number[]; before: number[] } {
  const counts: number[] = [];
  const before: number[] = [];
  for (const [axis, n] of places.entries()) {
    const [size, stride, apart] = [windows.size, windows.stride, windows.dilation].map((each) => each[axis] ?? 1) as [number, number, number];
    const reach = (size - 1) * apart + 1;
    if (windows.padding === "same") {
      const count = Math.ceil(n / stride);
      counts.push(count);
      before.push(Math.floor(Math.max((count - 1) * stride + reach - n, 0) / 2));
    } else {
      counts.push(Math.floor((n - reach) / stride) + 1);
      before.push(0);
    }
  }
  return { counts, before };
}

interface Visits {
  counts: number[];
  /** Window, number within it and place, three after three. */
  triples: Int32Array;
}

const MOST_KEPT = 64;
const kept = new Map<string, Visits>();

/**
 * Visit each place of each window that lies inside the example.
 *
 * `visit` gets the window's number, the place's number within it, and the place's number in the
 * example, all row by row. Which these are is worked out once for a layer.
 */
export function visitAll(
  windows: Windows,
  places: readonly number[],
  visit: (window: number, inside: number, place: number) => void,
): number[] {
  const key = JSON.stringify([windows.size, windows.stride, windows.dilation, windows.padding, places]);
  let visits = kept.get(key);
  if (!visits) {
    if (kept.size >= MOST_KEPT) kept.clear();
    visits = workedOut(windows, places);
    kept.set(key, visits);
  }
  const { counts, triples } = visits;
  for (let at = 0; at < triples.length; at += 3) visit(triples[at] ?? 0, triples[at + 1] ?? 0, triples[at + 2] ?? 0);
  return counts;
}

function workedOut(windows: Windows, places: readonly number[]): Visits {
  const { counts, before } = layOut(windows, places);
  const [nWindows, nInside] = [sizeOf(counts), sizeOf(windows.size)];
  const triples: number[] = [];
  for (let window = 0; window < nWindows; window++) {
    const first = unravel(window, counts);
    for (let inside = 0; inside < nInside; inside++) {
      const offsets = unravel(inside, windows.size);
      let place = 0;
      let isInside = true;
      for (const [axis, n] of places.entries()) {
        const at =
          (first[axis] ?? 0) * (windows.stride[axis] ?? 1) -
          (before[axis] ?? 0) +
          (offsets[axis] ?? 0) * (windows.dilation[axis] ?? 1);
        if (at < 0 || at >= n) isInside = false;
        place = place * n + at;
      }
      if (isInside) triples.push(window, inside, place);
    }
  }
  return { counts, triples: Int32Array.from(triples) };
}

function unravel(index: number, shape: readonly number[]): number[] {
  const found = Array<number>(shape.length).fill(0);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const n = shape[axis] ?? 1;
    found[axis] = rest % n;
    rest = Math.floor(rest / n);
  }
  return found;
}
