/**
 * Blue is positive, orange negative, grey 0; the same curve as in the pages for notebooks.
 *
 * `page.css` has the same colours by name, for legends, lines and words; a test holds them together.
 */

type Colour = readonly [number, number, number];

export interface Palette {
  positive: Colour;
  negative: Colour;
  ground: Colour;
}

export const LIGHT: Palette = {
  positive: [37, 99, 235],
  negative: [185, 80, 10],
  ground: [240, 239, 236],
};
export const DARK: Palette = {
  positive: [116, 167, 255],
  negative: [247, 154, 82],
  ground: [52, 57, 66],
};

/** Small numbers are lifted out of the ground, where they could not be seen. */
const LIFT = 0.6;

/** How strongly a number is coloured: 0 to 1, by its share of the largest. */
export function strength(value: number, largest: number): number {
  if (!(largest > 0) || !Number.isFinite(value)) return 0;
  return Math.min(1, Math.abs(value) / largest) ** LIFT;
}

export function colour(value: number, largest: number, palette: Palette): Colour {
  const towards = value >= 0 ? palette.positive : palette.negative;
  const share = strength(value, largest);
  const mix = (place: 0 | 1 | 2): number =>
    Math.round(palette.ground[place] + (towards[place] - palette.ground[place]) * share);
  return [mix(0), mix(1), mix(2)];
}

export function css(value: number, largest: number, palette: Palette): string {
  return `rgb(${colour(value, largest, palette).join(" ")})`;
}

/** Whether dark text reads better than light text on a colour (its relative luminance). */
export function isLight([red, green, blue]: Colour): boolean {
  const linear = (part: number): number => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  // Where both contrasts are equal: (1.05)/(L+0.05) = (L+0.05)/0.05.
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) > 0.179;
}

/** Steps of a ramp to each side of 0: finer than a screen's colours. */
const STEPS = 1023;

const ramps = new WeakMap<Palette, Uint32Array>();

/** Colours of all shares from −1 to 1, a whole pixel each, so that a large matrix is painted by looking up. */
function ramp(palette: Palette): Uint32Array {
  const known = ramps.get(palette);
  if (known) return known;
  const bytes = new Uint8ClampedArray((2 * STEPS + 1) * 4);
  for (let step = -STEPS; step <= STEPS; step++) {
    bytes.set([...colour(step, STEPS, palette), 255], (step + STEPS) * 4);
  }
  const colours = new Uint32Array(bytes.buffer);
  ramps.set(palette, colours);
  return colours;
}

/** Paint numbers, row by row, as pixels: red, green, blue, opacity. What is no number is clear. */
export function paint(
  values: ArrayLike<number>,
  largest: number,
  palette: Palette,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint32Array(values.length);
  const colours = ramp(palette);
  const factor = largest > 0 ? STEPS / largest : 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const step = Math.max(-STEPS, Math.min(STEPS, Math.round(value * factor)));
    pixels[index] = colours[step + STEPS] ?? 0;
  }
  return new Uint8ClampedArray(pixels.buffer);
}

export function largestOf(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest;
}
