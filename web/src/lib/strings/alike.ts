/** Below *why*: the rows that the network takes for most like one, and what would change its answer. */

export const alike = {
  nearest: "Most like it",
  nearestTold: (n: string, part: string) =>
    `Of ${n} rows (${part}), those that the last hidden layer can least tell from this one, with their distance.`,
  find: "Find the rows most like it",
  changes: "What would change the answer",
  changesTold: "The smallest changes found that lead to another answer; each line is one way.",
  search: "Search for changes",
  none: "Nothing was found: no small change of its columns leads to another answer.",
  to: (prediction: string, share: string) => `→ ${prediction}, ${share}`,
  change: (column: string, before: string, after: string) => `${column}: ${before} → ${after}`,
} as const;
