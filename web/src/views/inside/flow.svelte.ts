/** The numbers that an example leaves in each column. */

import { type Frame, values } from "$lib/frames";
import { Loaded } from "$lib/loaded.svelte";
import type { ModelDescription, Summary, Trace } from "$lib/messages";
import { askFrame } from "$lib/server";
import type { Column } from "./columns";

/** Of more units than this, a column's colours are as fine as the trace tells them. */
const MOST_EXACT = 8192;

/** What is fetched for one column. */
export class Flow {
  readonly exact = new Loaded<Frame>();

  constructor(private readonly column: Column) {}

  follow(model: ModelDescription, example: string | null, trace: Trace | null): void {
    const { layer, size } = this.column;
    if (!layer) return;
    const way = `models/${model.id}`;
    const name = encodeURIComponent(layer.name);
    const summary = this.told(trace);
    const isLong = summary !== null && !summary.values && size <= MOST_EXACT;
    this.exact.ask(example && isLong ? `${way}/${name}/${example}` : null, (signal) =>
      askFrame(`${way}/trace/${name}/activations?example=${encodeURIComponent(example ?? "")}`, signal),
    );
  }

  /** The column's numbers: exact where they are there, in short until then. */
  numbers(trace: Trace | null): ArrayLike<number> {
    const summary = this.told(trace);
    if (this.exact.value && !summary?.values) return values(this.exact.value);
    return summary ? spread(summary, this.column.size) : new Float32Array(this.column.size);
  }

  private told(trace: Trace | null): Summary | null {
    const { layer } = this.column;
    if (!layer) return trace?.encoded ?? null;
    return trace?.layers.find(({ name }) => name === layer.name)?.activations ?? null;
  }
}

/** A summary's numbers, one for each unit: those that share an entry of the strip have the same. */
export function spread(summary: Summary, size: number): ArrayLike<number> {
  if (summary.values) return summary.values;
  const strip = summary.strip ?? [];
  const each = Math.ceil(size / Math.max(1, strip.length));
  return Float32Array.from({ length: size }, (_, unit) => (strip[Math.floor(unit / each)] ?? 0) * summary.scale);
}
