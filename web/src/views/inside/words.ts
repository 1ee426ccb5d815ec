/** The words of a text that stand at the steps of a network which reads it word by word. */

import type { ModelDescription, Trace } from "$lib/messages";
import { strings } from "$lib/strings";

/** A word for each step, padding after the last; null where the steps are not those of one text. */
export function wordsAlong(model: ModelDescription, trace: Trace | null, steps: number): string[] | null {
  const texts = model.input_blocks.filter(({ column, size }) => size === steps && trace?.words[column]);
  const [text] = texts;
  const words = text && texts.length === 1 ? trace?.words[text.column] : null;
  return words ? Array.from({ length: steps }, (_, step) => words[step] ?? strings.made.padding) : null;
}
