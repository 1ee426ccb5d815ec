/**
 * Going from the network to a layer, a neuron and a weight, and back, is seen as coming nearer and going
 * away: by the browser's view transitions, where it has them and the person wants motion.
 */

import { tick } from "svelte";
import { allShown } from "./arrivals";
import type { Place } from "./place";

/** So many milliseconds a zoom waits for what it leads to. */
const PATIENCE = 200;

type Nearer = "in" | "out" | "beside";

/** How near a place is: the network, a layer, a neuron, a weight. */
function depth({ layer, unit, weight }: Place): number {
  return [layer, unit, weight].filter((each) => each !== null).length;
}

/** Which way a change of place leads; null where it is no zoom at all. */
export function way(from: Place, to: Place): Nearer | null {
  const stays = from.view === "inside" && to.view === "inside" && from.model === to.model;
  const moves = from.layer !== to.layer || String(from.unit) !== String(to.unit) || String(from.weight) !== String(to.weight);
  if (!stays || !moves) return null;
  const nearer = depth(to) - depth(from);
  return nearer > 0 ? "in" : nearer < 0 ? "out" : "beside";
}

/** Do what changes the place; where it is a zoom, show it as one. */
export function zoomed(from: Place, to: Place, change: () => void): void {
  const nearer = way(from, to);
  const still = typeof document.startViewTransition !== "function" || matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!nearer || still) return change();
  document.documentElement.dataset["zoom"] = nearer;
  const transition = document.startViewTransition(async () => {
    change();
    await tick();
    await allShown(PATIENCE);
    await tick();
  });
  // One that follows at once takes its place; nothing is lost.
  transition.ready.catch(() => undefined);
  transition.finished.catch(() => undefined);
}
