/** What a number of the page is, for whoever asks. `$…$` is a formula, `*…*` is set off. */

import type { guide } from "../guide";

export interface Term {
  /** The field's own name for it. */
  title: string;
  /** What it is, and how it is computed here. */
  what: string;
  formula?: string;
  /** What is good, and what alarming. */
  read?: string;
  /** The chapter of the guide that teaches it. */
  chapter?: keyof typeof guide.chapters;
}
