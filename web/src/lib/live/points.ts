/** Losses as points of a curve, and the range in which most of them lie. */

export type Point = readonly [number, number];

/** Of very many points, means of equally many neighbours: at most so many. */
export function thinned(points: readonly Point[], most: number): Point[] {
  const each = Math.ceil(points.length / most);
  if (each <= 1) return [...points];
  const found: Point[] = [];
  for (let first = 0; first < points.length; first += each) {
    const some = points.slice(first, first + each);
    const mean = some.reduce((sum, [, y]) => sum + y, 0) / some.length;
    found.push([some[0]?.[0] ?? 0, mean]);
  }
  return found;
}

/**
 * A history that does not grow without end: of too many entries, every second one goes, but of the
 * newest, and the first stays.
 */
export function bounded<T>(entries: T[], most: number, newest: number): T[] {
  if (entries.length <= most) return entries;
  const older = entries.slice(0, -newest).filter((_, place) => place % 2 === 0);
  return bounded([...older, ...entries.slice(-newest)], most, newest);
}

/**
 * The range of y that shows the curves: all that is finite, but of noisy curves without the
 * highest fiftieth, so that one bad batch does not flatten the rest.
 */
export function range(curves: readonly (readonly Point[])[]): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const curve of curves) {
    const values = curve.map(([, y]) => y).filter(Number.isFinite).sort((a, b) => a - b);
    if (!values.length) continue;
    low = Math.min(low, values[0] ?? low);
    const last = values.length > 50 ? Math.floor(values.length * 0.98) : values.length - 1;
    high = Math.max(high, values[last] ?? high);
  }
  if (!Number.isFinite(low)) return [0, 1];
  if (low >= 0 && low < 0.5 * high) low = 0;
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low === 0 ? 0 : low - room, high + room];
}

/** The numbers of an entry of a history by name: its own, or one of its metrics. */
export function curveOf(
  epochs: readonly Record<string, unknown>[],
  name: string,
  stepsPerEpoch: number,
): Point[] {
  return epochs.flatMap((epoch) => {
    const metrics = (epoch["metrics"] ?? {}) as Record<string, unknown>;
    const value = epoch[name] ?? metrics[name];
    const number = Number(epoch["epoch"]) * stepsPerEpoch;
    return typeof value === "number" ? [[number, value] as Point] : [];
  });
}
