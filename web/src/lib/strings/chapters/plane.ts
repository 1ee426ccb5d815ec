/** Chapter 9: a first network, on points of a plane. */

import type { ChapterWords } from "./chapter";

export const chapter: ChapterWords = {
  title: "A first network",
  lead: "Two numbers in, one answer out, and a few neurons between: small enough to see everything that it does.",
  text: [
    "Each point of the plane is an example: its two coordinates are the inputs, its colour is the label. The network colours the whole plane with what it answers, and its *boundary* is where it cannot decide.",
    "Each hidden neuron has a picture of the plane of its own. With $\\tanh$ it can do no more than fold the plane along one straight line. The output adds these pictures up, each with its weight: so a bent boundary comes of straight ones.",
  ],
  task: "One hidden neuron cannot part the points of *corners*. Give the network enough neurons, let it learn, and see all points on the right side.",
  acted: "No single line parts these points. Several lines together do: the network found them by itself.",
  check: {
    question: "Why can a network with one hidden neuron not part the corners?",
    options: [
      "It would need more time to learn",
      "Its boundary is a single straight line",
      "The learning rate is too small",
    ],
    right: 1,
    why: "The only hidden neuron folds the plane along one line, and what follows can only move that line. Opposite corners cannot be parted by one.",
  },
};

export const words = {
  plane: "The plane: a click sets a point, keys move the cursor and set points",
  sets: { corners: "Corners", ring: "Ring", halves: "Halves", own: "None" },
  set: "Points",
  classes: { positive: "blue +", negative: "orange −" },
  colour: "A click sets",
  units: "Hidden neurons",
  rate: "Learning rate",
  learn: "Learn",
  pause: "Pause",
  one: "One step",
  again: "Forget",
  learned: (epoch: number) => `${epoch} steps`,
  loss: "loss",
  right: (right: number, all: number) => `${right} of ${all} points right`,
  none: "Set points of both colours, then let it learn.",
  hidden: (index: number) => `Hidden neuron ${index}`,
  weight: (weight: string) => `× ${weight}`,
  point: (x: string, y: string, name: string) => `${x}, ${y}: ${name}`,
  points: "All points",
  pictures: "What each hidden neuron makes of the plane, and the weight with which it counts",
} as const;
