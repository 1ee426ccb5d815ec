/** The one place that every view reads and changes; it follows the address and writes it. */

import { untrack } from "svelte";
import { type Place, read, write } from "./place";
import { zoomed } from "./zoom";

class Here {
  at: Place = $state(read(location.hash));

  constructor() {
    addEventListener("hashchange", () => {
      const to = read(location.hash);
      zoomed(this.at, to, () => (this.at = read(location.hash)));
    });
  }

  /** Go elsewhere: what is not named stays. A step back in the browser undoes it. */
  go(changes: Partial<Place>): void {
    location.hash = write({ ...untrack(() => this.at), ...changes });
  }

  /** As `go`, but without a step in the browser's history: for what changes often. */
  move(changes: Partial<Place>): void {
    // Whoever moves does not thereby follow where the person is.
    const from = untrack(() => this.at);
    // The person is on the way elsewhere, and the page has not heard of it yet: nobody is here to move.
    if (write(read(location.hash)) !== write(from)) return;
    this.at = { ...from, ...changes };
    history.replaceState(null, "", write({ ...from, ...changes }));
  }

  link(changes: Partial<Place>): string {
    return write({ ...this.at, ...changes });
  }
}

export const here = new Here();
