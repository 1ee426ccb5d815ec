/** The numbers that an example leaves in each column, and the strongest connections between them. */

import { type Frame, values } from "$lib/frames";
import { Loaded } from "$lib/loaded.svelte";
import type { ModelDescription, Summary, Trace } from "$lib/messages";
import { askFrame } from "$lib/server";
import type { Column } from "./columns";

export interface Connection {
  from: number;
  to: number;
  strength: number;
}

const MOST_SHOWN = 40;
const MOST_EXACT = 8192;
const OVERVIEW = 192;

/** What is fetched for one column. */
export class Flow {
  readonly exact = new Loaded<Frame>();
  readonly products = new Loaded<Frame>();

  constructor(private readonly column: Column) {}

  follow(model: ModelDescription, example: string | null): void {
    const { layer, size } = this.column;
    if (!layer) return;
    const way = `models/${model.id}`;
    const name = encodeURIComponent(layer.name);
    const query = `example=${encodeURIComponent(example ?? "")}`;
    const isLong = size > 64 && size <= MOST_EXACT;
    this.exact.ask(example && isLong ? `${way}/${name}/${example}` : null, (signal) =>
      askFrame(`${way}/trace/${name}/activations?${query}`, signal),
    );
    const kernel = layer.parameters.find(({ path }) => path === "kernel");
    const isDense = kernel?.shape.length === 2 && layer.in_shape.length === 1;
    this.products.ask(example && isDense ? `${way}/${name}/${example}` : null, (signal) =>
      askFrame(
        `${way}/tensors/${name}/kernel?what=input_times_weight&${query}&overview=${OVERVIEW}`,
        signal,
      ),
    );
  }

  /** The column's numbers: exact where they are there, in short until then. */
  numbers(trace: Trace | null): ArrayLike<number> {
    const { layer, size } = this.column;
    const summary = layer
      ? trace?.layers.find(({ name }) => name === layer.name)?.activations
      : trace?.encoded;
    if (this.exact.value) return values(this.exact.value);
    return summary ? spread(summary, size) : new Float32Array(size);
  }

  connections(): Connection[] {
    return this.products.value ? strongest(this.products.value, MOST_SHOWN) : [];
  }
}

/** A summary's numbers, one for each unit: those that share an entry of the strip have the same. */
export function spread(summary: Summary, size: number): ArrayLike<number> {
  if (summary.values) return summary.values;
  const strip = summary.strip ?? [];
  const each = Math.ceil(size / Math.max(1, strip.length));
  return Float32Array.from({ length: size }, (_, unit) => (strip[Math.floor(unit / each)] ?? 0) * summary.scale);
}

/** The largest entries of a matrix, by their size; of blocks, the middle stands for all. */
export function strongest(frame: Frame, most: number): Connection[] {
  const numbers = values(frame);
  const [rows = 1, columns = 1] = frame.each;
  const across = frame.shape[1] ?? 1;
  const bound = threshold(numbers, most);
  const found: Connection[] = [];
  for (let index = 0; index < numbers.length && found.length < most; index++) {
    const strength = numbers[index] ?? 0;
    if (strength === 0 || Math.abs(strength) < bound) continue;
    const [row, column] = [Math.floor(index / across), index % across];
    found.push({
      from: Math.min(row * rows + Math.floor(rows / 2), (frame.whole[0] ?? 1) - 1),
      to: Math.min(column * columns + Math.floor(columns / 2), (frame.whole[1] ?? 1) - 1),
      strength,
    });
  }
  return found;
}

function threshold(numbers: Float32Array, most: number): number {
  if (numbers.length <= most) return 0;
  const sizes = Float32Array.from(numbers, Math.abs).sort();
  return sizes[sizes.length - most] ?? 0;
}
