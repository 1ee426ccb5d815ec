/** Chapter 12: more data. */

import type { ChapterWords } from "./chapter";

export const chapter: ChapterWords = {
  title: "More data",
  lead: "Deep learning learns its own features. That takes data: with little of it a classic method may be as good. How much is enough can be measured.",
  text: [
    "The network and four classic methods of machine learning learned from growing amounts of the same handwritten digits, 8 by 8 pixels large, small amounts several times, and were tested on the same 359 others. Nothing was tuned for either side.",
    "A score has chance in it: which digits were learned from, and which ones were asked. Those marked ≈ cannot be told from the best. From 50 digits the network and logistic regression learned equally well; the three others are clearly behind.",
  ],
  task: "Before the curves are shown: from how many examples on does the network have the highest score of all? Set the amount, then show what was measured.",
  acted: "Each curve rises with data, and each flattens at another height. How much data a problem needs can be measured, and it should be.",
  check: {
    question: "You have 200 rows of a table. What is a sound way to choose a method?",
    options: [
      "The network: deep learning is always better",
      "Measure: with so few rows a classic method may well be as good",
      "The classic method: networks cannot learn from tables",
    ],
    right: 1,
    why: "With little data it depends on the rows which method is best: from 50 digits logistic regression learned as well as the network, gradient boosting far less. One command measures it on your own rows.",
  },
};

export const words = {
  figure: "Accuracy on 359 other digits over the number of digits learned from",
  amount: "Examples learned from",
  accuracy: "accuracy",
  guess: "Your guess",
  show: "Show what was measured",
  hide: "Guess again",
  guessed: (guess: string, first: string, tied: readonly string[]) => {
    const rivals = tied.length ? `, but ${tied.join(" and ")} cannot be told from it: that may be chance` : "";
    return `You guessed ${guess}. Measured: from ${first} on, the network has the highest score${rivals}.`;
  },
  places: { best: "the best", tie: "≈ a tie", behind: "behind" },
  never: (guess: string) => `You guessed ${guess}. Measured: at no amount the network has the highest score.`,
  at: (amount: string) => `At ${amount} examples`,
  method: "method",
  measured: "Measured with",
} as const;
