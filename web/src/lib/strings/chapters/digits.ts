/** Chapter 10: handwritten digits, from end to end. */

import type { ChapterWords } from "./chapter";

export const chapter: ChapterWords = {
  title: "Handwritten digits",
  lead: "Everything so far, on a real network: train it on this computer, draw a digit, and follow it through every layer.",
  text: [
    "An image is a vector: one number for each pixel. The hidden layer is made of weighted sums of these pixels, the output layer of ten sums more. *softmax* turns those into ten probabilities, one for each digit.",
    "What is trained here is an ordinary run of pellucid, with its own folder: everything that the workbench shows of it is there afterwards.",
  ],
  task: "Train the network. Then draw a digit, and follow it: choose each of its layers once.",
  acted: "From pixels to sums, from sums to probabilities: this is all that happens between your pen and the answer.",
  check: {
    question: "The output layer gives ten numbers that softmax made. What do they add up to?",
    options: ["Anything", "Ten", "One"],
    right: 2,
    why: "They are probabilities of ten answers of which exactly one is right, so together they are 1.",
  },
};

export const words = {
  train: "Train a network on digits",
  again: "Train another",
  trainingOf: (epoch: number, epochs: number) => `Training: epoch ${epoch} of ${epochs}`,
  starting: "Preparing the training …",
  ready: (name: string) => `The network is ${name}.`,
  or: "or take one that is open:",
  failed: "The training ended without a model.",
  noSource: "This server has no data set of digits.",
  draw: "Draw a digit, then choose a layer.",
  layers: "Layers",
  inputs: "Pixels",
  inputsTold: (size: string) => `The image is a vector of ${size} numbers. This is what enters the network.`,
  hidden: (name: string, alive: number, size: number) =>
    `${name} has ${size} neurons. ${alive} of them are above 0 for your drawing; the strongest:`,
  output: "Ten numbers that add up to 1. The largest is the answer.",
  answer: "Answer",
  progress: "Training",
} as const;
