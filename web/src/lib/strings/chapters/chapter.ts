/** What every chapter has in words. `$…$` is a formula, `*…*` is set off. */

export interface CheckWords {
  question: string;
  options: readonly string[];
  /** The place of the right option. */
  right: number;
  why: string;
}

export interface ChapterWords {
  title: string;
  lead: string;
  text: readonly string[];
  task: string;
  acted: string;
  check: CheckWords;
}
