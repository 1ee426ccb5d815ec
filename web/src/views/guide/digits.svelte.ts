/** A network of digits: trained by the server, or open already; and a drawing on its way through it. */

import { values } from "$lib/frames";
import type { Layer, ModelDescription, Opened, Prediction, Run, Sources } from "$lib/messages";
import { ask, askFrame, Refused, send } from "$lib/server";
import { known } from "$lib/session.svelte";
import { strings } from "$lib/strings";

const words = strings.guide.digits;
const SOURCE = "digits";
/** Small enough to be trained in seconds, large enough to read handwriting. */
const SETTINGS = { hidden: "32", epochs: 12 };
const MILLISECONDS_BETWEEN = 300;
const ENDED: readonly Run["state"][] = ["finished", "interrupted", "diverged", "failed", "damaged"];

/** What a layer gives for the drawing. */
export interface Seen {
  layer: Layer;
  numbers: Float32Array;
}

export class Digits {
  run = $state.raw<Run | null>(null);
  model = $state.raw<ModelDescription | null>(null);
  prediction = $state.raw<Prediction | null>(null);
  /** Of each layer with parameters, in order. */
  seen = $state.raw<readonly Seen[]>([]);
  problem = $state.raw<Refused | null>(null);
  private ended = false;
  private newest = 0;

  /** Models that are open and take one image. */
  async usable(): Promise<Opened[]> {
    const found: Opened[] = [];
    for (const each of known.opened) {
      await known.open(each.id);
      const fields = known.model(each.id)?.fields ?? [];
      if (fields.length === 1 && (fields[0]?.shape.length ?? 0) >= 2) found.push(each);
    }
    return found;
  }

  async choose(id: string): Promise<void> {
    await this.trying(async () => {
      await known.open(id);
      this.model = known.model(id);
      this.prediction = null;
      this.seen = [];
    });
  }

  /** Train on the server, and take the model when it is there. */
  async train(): Promise<void> {
    await this.trying(async () => {
      const { sources } = await ask<Sources>("sources");
      if (!sources.some(({ id }) => id === SOURCE)) throw new Refused(words.noSource, null, null, null);
      let run = await send<Run>("runs", { source: SOURCE, settings: SETTINGS });
      this.run = run;
      while (!run.model && !this.ended) {
        if (ENDED.includes(run.state) && run.state !== "finished") throw refusalOf(run);
        await new Promise((resolve) => setTimeout(resolve, MILLISECONDS_BETWEEN));
        run = await ask<Run>(`runs/${run.id}`);
        this.run = run;
      }
      if (!run.model) return;
      await known.start();
      await this.choose(run.model);
    });
    this.run = null;
  }

  /** Follow a drawing through the network; of several at once, the newest counts. */
  async follow(pixels: number[][]): Promise<void> {
    const { model } = this;
    const [field] = model?.fields ?? [];
    if (!model || !field) return;
    const own = ++this.newest;
    await this.trying(async () => {
      const prediction = await send<Prediction>(`models/${model.id}/predict`, { values: { [field.column]: pixels } });
      const example = encodeURIComponent(prediction.example.id);
      const layers = model.layers.filter(({ n_parameters: n }) => n > 0);
      const numbers = await Promise.all(
        layers.map(async ({ name }) => {
          const told = prediction.layers.find((each) => each.name === name)?.activations.values;
          if (told) return Float32Array.from(told);
          const way = `models/${model.id}/trace/${encodeURIComponent(name)}/activations`;
          return values(await askFrame(`${way}?example=${example}`));
        }),
      );
      if (own !== this.newest) return;
      this.prediction = prediction;
      this.seen = layers.map((layer, index) => ({ layer, numbers: numbers[index] ?? new Float32Array() }));
    });
  }

  /** The page is left: nothing is asked any more. */
  end(): void {
    this.ended = true;
  }

  private async trying(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof Refused ? error : new Refused(String(error), null, null, null);
    }
  }
}

function refusalOf(run: Run): Refused {
  const { message, where, expected, remedy } = run.problem ?? {
    message: words.failed, where: null, expected: null, remedy: null,
  };
  return new Refused(message, where, expected, remedy);
}
