/** How much of the weights and losses chapter 7 shows. */

/** To each side of the lowest point, and up from it: of the loss with its ½, ½ (2w − 6)². */
export const REACH = 3.5;
export const TOP = 12;

interface Place {
  weight: number;
  loss: number;
}

/**
 * How many times as many weights are shown as at first, so that all these places are: 1, 2, 4 and so
 * on. The loss is a square, so with the square of it as much of the losses the curve looks the same.
 */
export function widening(places: readonly Place[], best: number): number {
  const fits = (wider: number): boolean =>
    places.every(({ weight, loss }) => Math.abs(weight - best) <= REACH * wider && loss <= TOP * wider ** 2);
  let wider = 1;
  while (!fits(wider) && Number.isFinite(wider)) wider *= 2;
  return wider;
}
