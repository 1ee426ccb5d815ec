/** Points on a plane: which is near the pointer, and which comes next by the arrow keys. */

export interface Point {
  x: number;
  y: number;
  colour: string;
  /** An outline within a square of half-width 1, or letters instead. */
  shape: string;
  letters: string | null;
  /** Half its width, in pixels. */
  size: number;
  ringed: boolean;
  faint: boolean;
  /** What it is, in words. */
  told: string;
}

type At = readonly [number, number];
export type Way = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

const DIRECTIONS: Record<Way, At> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

/** The point nearest to a place, and no farther than `most`; null: none. */
export function nearest(places: readonly At[], [x, y]: At, most: number): number | null {
  let [found, least] = [null as number | null, most * most];
  places.forEach(([px, py], index) => {
    const away = (px - x) ** 2 + (py - y) ** 2;
    if (away <= least) [found, least] = [index, away];
  });
  return found;
}

/** The next point in a direction: near, and within 45° of it; where there is none, the same. */
export function next(places: readonly At[], from: number, way: Way): number {
  const at = places[from];
  if (!at) return 0;
  const [dx, dy] = DIRECTIONS[way];
  let [found, least] = [from, Infinity];
  places.forEach(([px, py], index) => {
    const ahead = (px - at[0]) * dx + (py - at[1]) * dy;
    const aside = Math.abs((px - at[0]) * dy) + Math.abs((py - at[1]) * dx);
    const cost = ahead + 2 * aside;
    if (index !== from && ahead > 0 && aside <= ahead && cost < least) [found, least] = [index, cost];
  });
  return found;
}

const FAINT = 0.13;

/** Paint a point around the pen's origin, in the colours and the font of the page. */
export function paint(
  pen: CanvasRenderingContext2D, { colour, shape, letters, size, ringed, faint }: Point,
  { ink, surface, mono }: { ink: string; surface: string; mono: string },
): void {
  const strength = faint ? FAINT : 1;
  pen.globalAlpha = strength;
  pen.fillStyle = colour;
  if (letters) {
    pen.font = `640 ${size * 2.4}px ${mono}`;
    pen.textAlign = "center";
    pen.fillText(letters, 0, size * 0.8);
  } else {
    pen.save();
    pen.scale(size, size);
    const outline = new Path2D(shape);
    pen.fill(outline);
    pen.strokeStyle = surface;
    pen.lineWidth = 0.15;
    pen.stroke(outline);
    pen.restore();
  }
  if (!ringed) return;
  pen.globalAlpha = 0.8 * strength;
  pen.strokeStyle = ink;
  pen.lineWidth = 1.2;
  pen.beginPath();
  pen.arc(0, 0, size + 3, 0, 2 * Math.PI);
  pen.stroke();
}
