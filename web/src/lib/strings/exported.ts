/** The exported page. */

export const exported = {
  views: "Views",
  inPage: (n: string) => `${n} of these rows are in this page; only they can be shown one by one.`,
  states: "Recorded states of the training",
  step: (step: number) => (step ? `after step ${step}` : "before the first step"),
  finished: "the finished network",
  made: (version: string) =>
    `Made by pellucid ${version}. This page holds the network and some examples; everything is computed in it, and nothing is sent anywhere.`,
  noTry: "Rows of your own cannot be filled in here: some column is of a kind that this page cannot turn into numbers. pellucid studio can.",
  noWhy: (families: string) =>
    `Why a prediction came out so cannot be found in this page: it has layers of the family ${families}. pellucid studio can.`,
  noGradient: (families: string) =>
    `Gradients cannot be carried back in this page through layers of the family ${families}. pellucid studio can.`,
  noTruth: "The truth of these rows is not known, so there is no loss.",
} as const;
