/** Round numbers for an axis: steps of 1, 2 or 5 times a power of ten, about `wanted` of them. */
export function ticks(from: number, to: number, wanted = 5): number[] {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return [from];
  const rough = span / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  const places = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toFixed(places)),
  );
}

/** A straight map of one range of numbers onto another. */
export function scale(domain: readonly [number, number], range: readonly [number, number]) {
  const factor = (range[1] - range[0]) / (domain[1] - domain[0] || 1);
  return {
    to: (value: number): number => range[0] + (value - domain[0]) * factor,
    back: (place: number): number => domain[0] + (place - range[0]) / factor,
  };
}
