/** Chapter 8: backpropagation. */

import type { ChapterWords } from "./chapter";

export const chapter: ChapterWords = {
  title: "Backpropagation",
  lead: "One weight has one slope. A network has thousands: this is how all their slopes are found in one walk back.",
  text: [
    "The network is that of forward propagation, and so are its numbers. Its label is −1 for the first output and 1 for the second, so it answers quite wrong; the loss is $\\half (y - \\hat{y})^2$, added up. Now the graph is filled once more, from the loss back to the first layer.",
    "Each neuron asks: how does the loss change if my sum $z$ grows a little? For the last layer that is the error times the slope of $\\tanh$. For a neuron before, it is what the neurons after it said, each times the weight that leads there, added up, times its own slope. Call it $δ$.",
    "The slope of a weight is then one product: what came in over it, times the $δ$ of the neuron that it leads to.",
  ],
  task: "Guess whether each $δ$ is positive or negative, and go back through all layers. Then let all weights take one step.",
  acted: "One walk forward, one walk back, and every weight knew its slope. The step made the loss smaller.",
  check: {
    question: "A neuron of the first hidden layer needs its δ. What must be known before?",
    options: [
      "The δ of the neurons in the layer after it",
      "The δ of the neurons in the layer before it",
      "Nothing: each neuron's can be found by itself",
    ],
    right: 0,
    why: "The loss stands at the end, so what is known of it travels from there: each layer's δ is made from those of the next layer.",
  },
};

export const words = {
  figure: "The network, with δ instead of activations",
  layer: (index: number) => `Layer ${index}`,
  guess: (name: string) => `Is $δ$ of $${name}$ positive or negative?`,
  positive: "Positive +",
  negative: "Negative −",
  rest: "Compute the rest of this layer",
  step: "Let all weights take a step",
  again: "From the start",
  rightGuess: "You guessed right:",
  wrongGuess: "It came out otherwise:",
  ready: "Every δ is known, and so the slope of every weight.",
  loss: (loss: string) => `The loss is ${loss}.`,
  stepped: (before: string, after: string, rate: string) =>
    `With a learning rate of ${rate} all 30 weights took a step against their slopes. The loss fell from ${before} to ${after}.`,
  choose: "Choose a connection: its weight, and its slope.",
  slope: (layer: number, row: number, column: number) => `the slope of $w_{${row}${column}}$ in W${layer}`,
} as const;
