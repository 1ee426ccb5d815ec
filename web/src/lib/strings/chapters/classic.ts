/** Chapter 12: more data. */

import type { ChapterWords } from "./chapter";

export const chapter: ChapterWords = {
  title: "More data",
  lead: "Deep learning learns its own features. That takes data: with little the classic methods are as good or better, with much the network is ahead.",
  text: [
    "The network and four classic methods of machine learning learned from growing amounts of the same handwritten digits, 8 by 8 pixels large, and were tested on the same 359 others. Nothing was tuned for either side. With few digits the methods are no further apart than chance may put them.",
  ],
  task: "Before the curves are shown: from how many examples on is the network the best of all? Set the amount, then show what was measured.",
  acted: "Each curve rises with data, and each flattens at another height. How much data a problem needs can be measured, and it should be.",
  check: {
    question: "You have 200 rows of a table. What is a sound way to choose a method?",
    options: [
      "The network: deep learning is always better",
      "Measure: with so few rows a classic method may well be as good",
      "The classic method: networks cannot learn from tables",
    ],
    right: 1,
    why: "With little data the differences are small and may go either way. One command measures them on your own rows.",
  },
};

export const words = {
  figure: "Accuracy on 359 other digits over the number of digits learned from",
  amount: "Examples learned from",
  accuracy: "accuracy",
  guess: "Your guess",
  show: "Show what was measured",
  hide: "Guess again",
  guessed: (guess: string, first: string) => `You guessed ${guess}. Measured: from ${first} on, the network is the best of all.`,
  never: (guess: string) => `You guessed ${guess}. Measured: at no amount the network is the best of all.`,
  at: (amount: string) => `At ${amount} examples`,
  method: "method",
  measured: "Measured with",
} as const;
