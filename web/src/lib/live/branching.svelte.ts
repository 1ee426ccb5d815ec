/** What is to be changed in a branch, before it is made. */

import type { Json } from "../messages";
import { marks } from "./marks.svelte";
import { live } from "./run.svelte";

class Branching {
  open = $state(false);
  changes: { name: string; value: string }[] = $state([]);

  canChange(name: string): boolean {
    return marks.timeline?.changeable.includes(name) ?? false;
  }

  /** Whether a setting was chosen that has no new value yet. */
  get isUnfinished(): boolean {
    return this.changes.some(({ value }) => !value.trim());
  }

  /** Open the form, with these settings filled in. */
  begin(settings: Record<string, Json> = {}): void {
    const found = Object.entries(settings).map(([name, value]) => ({
      name,
      value: Array.isArray(value) ? value.join(",") : String(value),
    }));
    this.changes = found.length ? found : [{ name: "learning_rate", value: "" }];
    this.open = true;
  }

  async make(): Promise<string | null> {
    const settings: Record<string, Json> = {};
    for (const { name, value } of this.changes) {
      const plain = value.trim();
      if (plain) settings[name] = Number.isFinite(Number(plain)) ? Number(plain) : plain;
    }
    const made = await live.branch({ step: live.step, settings });
    if (made !== null) this.open = false;
    return made;
  }
}

export const branching = new Branching();
