/** Where something that opens beside a button lies: below it, or above; never outside the window. */

const APART = 6;
const EDGE = 8;
/** So far it reaches to the left of its button. */
const BEFORE = 24;

type Box = Pick<DOMRect, "left" | "top" | "bottom" | "width" | "height">;

/** Return its place on the page, so that it moves along when the page is scrolled. */
export function placed(button: Box, own: Box): { left: number; top: number } {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const below = button.bottom + APART;
  const above = button.top - APART - own.height;
  const top = below + own.height + EDGE <= height || above < EDGE ? below : above;
  return {
    left: scrollX + within(button.left - BEFORE, width - own.width - EDGE),
    top: scrollY + within(top, height - own.height - EDGE),
  };
}

function within(at: number, most: number): number {
  return Math.max(EDGE, Math.min(at, most));
}
