/** What *Inside* shows: the model, the example, and what follows from what is selected. */

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
  private followed = "";

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

  /** Show an example that came with its way through the network. */
  take(trace: Trace): void {
    const [part, row] = trace.example.id.split(":");
    this.trace.take(`${here.at.model}/${trace.example.id}`, trace);
    here.move({ part: part as Part, example: Number(row) });
  }

  /** Ask for what is not there yet; called whenever the place changes. */
  follow(): void {
    const { model, layer, unit } = here.at;
    const { example } = this;
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

/** Layers that have a matrix, counted from 1: W1 is the first. */
export function matrixName(model: ModelDescription, layer: Layer): string {
  const own = model.layers.filter((each) => each.parameters.some(({ shape }) => shape.length >= 2));
  const place = own.indexOf(layer);
  return place < 0 ? layer.name : `W${place + 1}`;
}
