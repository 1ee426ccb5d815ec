/** What *Inside* shows: the model, the example, and what follows from what is selected. */

import { abilities } from "$lib/abilities.svelte";
import { here } from "$lib/here.svelte";
import { Loaded } from "$lib/loaded.svelte";
import type { Layer, ModelDescription, Trace, Unit } from "$lib/messages";
import type { Part } from "$lib/place";
import { ask, send } from "$lib/server";
import { known } from "$lib/session.svelte";

class Inside {
  readonly trace = new Loaded<Trace>();
  readonly unit = new Loaded<Unit>();

  /** Whether a row is being drawn or typed: what takes longer to compute waits until the person rests. */
  changing = $state(false);
  /** The row that was drawn or filled in last. */
  taken: string | null = $state(null);
  /** The layer that is shown, or was before one of its units was chosen. */
  shown: string | null = null;
  private followed = "";
  private before = 0;
  private way = 1;

  get model(): ModelDescription | null {
    return known.model(here.at.model);
  }

  /** The id by which the server knows the example. */
  get example(): string | null {
    const { part, example } = here.at;
    return example === null ? null : `${part}:${example}`;
  }

  get layer(): Layer | null {
    return this.model?.layers.find(({ name }) => name === here.at.layer) ?? null;
  }

  /** Whether the layer stays, since the unit that was chosen in it is not there yet. */
  get awaitsUnit(): boolean {
    return this.unit.value === null && this.unit.problem === null && this.shown === here.at.layer;
  }

  /** The example that comes next as the person goes through them, where it may be asked for in advance. */
  get following(): string | null {
    const { part, example } = here.at;
    if (example === null || part === "tried" || !abilities.engine || !this.model) return null;
    const next = example + this.way;
    return next >= 0 && next < (this.model.parts[part] ?? 0) ? `${part}:${next}` : null;
  }

  /** Ask for the next example's way in advance. */
  expect(example: string): void {
    const { model } = here.at;
    this.trace.expect(`${model}/${example}`, () => send<Trace>(`models/${model}/trace`, { example }));
  }

  /** Show an example that came with its way through the network. */
  take(trace: Trace): void {
    const [part, row] = trace.example.id.split(":");
    this.taken = trace.example.id;
    this.trace.take(`${here.at.model}/${trace.example.id}`, trace);
    here.move({ part: part as Part, example: Number(row) });
  }

  /** Ask for what is not there yet; called whenever the place changes. */
  follow(): void {
    const { model, layer, unit } = here.at;
    const { example } = this;
    const row = here.at.example ?? 0;
    if (row !== this.before) this.way = row < this.before ? -1 : 1;
    this.before = row;
    if (model !== this.followed) {
      // Nothing of one network may be seen in another.
      this.trace.ask(null);
      this.unit.ask(null);
      this.followed = model;
    }
    const traced = model && example ? `${model}/${example}` : null;
    this.trace.ask(traced, (signal) => send<Trace>(`models/${model}/trace`, { example }, signal));
    const looked = model && layer && unit ? `${model}/${layer}/${unit}/${example}` : null;
    const query = example ? `?example=${encodeURIComponent(example)}` : "";
    this.unit.ask(looked, (signal) =>
      ask<Unit>(`models/${model}/units/${encodeURIComponent(layer ?? "")}/${unit?.join(",")}${query}`, signal),
    );
  }
}

export const inside = new Inside();

/** So long, in milliseconds, nobody has asked for anything before something is asked for in advance. */
const REST = 120;

/** In an effect: ask for what follows once the person rests, where such questions are quick and the page is seen. */
export function inAdvance(of: Loaded<unknown>, ask: (example: string) => void): (() => void) | undefined {
  const { following } = inside;
  if (following === null || of.busy || !of.value || !of.isQuick || document.hidden) return undefined;
  const timer = setTimeout(() => ask(following), REST);
  return () => clearTimeout(timer);
}

/** Layers that have a matrix, counted from 1: W1 is the first. */
export function matrixName(model: ModelDescription, layer: Layer): string {
  const own = model.layers.filter((each) => each.parameters.some(({ shape }) => shape.length >= 2));
  const place = own.indexOf(layer);
  return place < 0 ? layer.name : `W${place + 1}`;
}
