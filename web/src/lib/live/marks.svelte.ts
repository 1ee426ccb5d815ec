/** Where the settings of the watched run changed, and the states that it has on the disk. */

import type { Mark, Timeline } from "../messages";
import { ask } from "../server";

class Marks {
  timeline: Timeline | null = $state.raw(null);
  private of: string | null = null;

  get found(): readonly Mark[] {
    return this.timeline?.marks ?? [];
  }

  /** Ask for a run's timeline; the last answer stays until the next one is there. */
  async load(run: string | null): Promise<void> {
    if (run !== this.of) this.timeline = null;
    this.of = run;
    if (run === null) return;
    try {
      const found = await ask<Timeline>(`runs/${encodeURIComponent(run)}/timeline`);
      if (run === this.of) this.timeline = found;
    } catch {
      // A run that could not begin has none.
    }
  }
}

export const marks = new Marks();
