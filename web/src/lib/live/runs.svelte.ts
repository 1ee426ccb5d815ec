/** The runs of the working folder, asked for anew where one may have changed. */

import type { RunEntry, Runs } from "../messages";
import { ask } from "../server";

class KnownRuns {
  listed: RunEntry[] = $state.raw([]);

  async load(): Promise<void> {
    try {
      this.listed = (await ask<Runs>("runs")).runs;
    } catch {
      // What is known stays; the view that needs them says why nothing more comes.
    }
  }
}

export const runs = new KnownRuns();
