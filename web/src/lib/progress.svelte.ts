/** Which chapters' tasks were done and questions answered; kept in this browser. */

import { untrack } from "svelte";

interface Done {
  acted: boolean;
  answered: boolean;
}

const PLACE = "guide";

class Progress {
  private done: Record<string, Done> = $state(kept());

  of(chapter: string): Done {
    return this.done[chapter] ?? { acted: false, answered: false };
  }

  isDone(chapter: string): boolean {
    const { acted, answered } = this.of(chapter);
    return acted && answered;
  }

  note(chapter: string, part: Partial<Done>): void {
    // Whoever notes something does not thereby follow what was noted.
    untrack(() => {
      this.done[chapter] = { ...this.of(chapter), ...part };
      localStorage.setItem(PLACE, JSON.stringify(this.done));
    });
  }
}

export const progress = new Progress();

function kept(): Record<string, Done> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    return found && typeof found === "object" ? (found as Record<string, Done>) : {};
  } catch {
    return {};
  }
}
