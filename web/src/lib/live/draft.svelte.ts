/** The training that is being thought out: what it learns from, and what was settled by the person. */

import type { Json } from "../messages";

class Draft {
  source: string | null = $state(null);
  /** Only what the person chose; all else is chosen from the data. */
  settings: Record<string, Json> = $state({});

  /** Choose what to learn from; what was settled for other data goes. */
  learnFrom(source: string): void {
    if (source === this.source) return;
    this.source = source;
    this.settings = {};
  }

  choose(name: string, value: Json): void {
    this.settings = { ...this.settings, [name]: value };
  }

  leaveOpen(name: string): void {
    const { [name]: _, ...rest } = this.settings;
    this.settings = rest;
  }

  get kinds(): Record<string, string> {
    return (this.settings["kinds"] ?? {}) as Record<string, string>;
  }

  get dropped(): string[] {
    return (this.settings["drop"] ?? []) as string[];
  }

  /** Read a column as a kind; null leaves it to the data. */
  readAs(column: string, kind: string | null): void {
    const { [column]: _, ...rest } = this.kinds;
    const kinds = kind === null ? rest : { ...rest, [column]: kind };
    if (Object.keys(kinds).length) this.choose("kinds", kinds);
    else this.leaveOpen("kinds");
  }

  /** Leave a column out, or take it in again. */
  leaveOut(column: string, out: boolean): void {
    const others = this.dropped.filter((name) => name !== column);
    const dropped = out ? [...others, column] : others;
    if (dropped.length) this.choose("drop", dropped);
    else this.leaveOpen("drop");
  }
}

export const draft = new Draft();
