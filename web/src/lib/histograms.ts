/** Histograms of one layer's numbers, state by state, brought onto one scale. */

import type { LayerHistogram } from "./messages";

/** How densely numbers lie in each of equal rows between two values: the share in each. */
export function shares(of: LayerHistogram, lowest: number, highest: number, rows: number): number[] {
  const found = new Array<number>(rows).fill(0);
  const total = of.counts.reduce((sum, n) => sum + n, 0);
  const size = (highest - lowest) / rows;
  if (!total || !(size > 0)) return found;
  const width = (of.highest - of.lowest) / of.counts.length;
  of.counts.forEach((n, bin) => {
    if (!n) return;
    // A bin's numbers are shared among the rows that it covers, by how much of it each covers.
    const from = (of.lowest + bin * width - lowest) / size;
    const to = (of.lowest + (bin + 1) * width - lowest) / size;
    const first = Math.max(0, Math.min(rows - 1, Math.floor(from)));
    const last = Math.max(first, Math.min(rows - 1, Math.ceil(to) - 1));
    for (let row = first; row <= last; row++) {
      const covered = to > from ? Math.max(0, Math.min(to, row + 1) - Math.max(from, row)) / (to - from) : 1;
      found[row] = (found[row] ?? 0) + (n / total) * covered;
    }
  });
  return found;
}

/** The value below which a share of the numbers lies, evenly spread within each bin. */
export function quantile(of: LayerHistogram, share: number): number {
  const total = of.counts.reduce((sum, n) => sum + n, 0);
  const width = (of.highest - of.lowest) / of.counts.length;
  let left = share * total;
  for (const [bin, n] of of.counts.entries()) {
    if (n && left <= n) return of.lowest + (bin + left / n) * width;
    left -= n;
  }
  return of.highest;
}

/** The smallest and the largest number of all states. */
export function span(states: readonly LayerHistogram[]): readonly [number, number] {
  const ends = [Math.min(...states.map(({ lowest }) => lowest)), Math.max(...states.map(({ highest }) => highest))] as const;
  return ends[0] < ends[1] ? ends : [ends[0] - 0.5, ends[0] + 0.5];
}
