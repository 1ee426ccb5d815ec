/** Numbers of *Data* and *Build*: before anything is trained. */

import type { Term } from "./term";

export const before = {
  features: {
    title: "Features",
    what: "So many numbers the network receives of each row. A column of numbers becomes one, a category one for each of its values that is not rare, a picture one for each pixel and colour. Where values are missing, one more says so.",
    chapter: "neuron",
  },
  missing: {
    title: "Missing values",
    what: "How many rows of the source have no value in this column. A missing number is received as 0, the mean; a feature of its own says that it is missing.",
    read: "A few do no harm. Where most are missing, look at why.",
  },
  standardised: {
    title: "Standardised value",
    what: "What the network receives: a number less the mean, divided by the standard deviation (the population's, divided by $n$), both of the rows that are learned from, or of all as long as no target is chosen. So all columns are of one size. A category is 1 in one place and 0 elsewhere (one-hot).",
    formula: String.raw`\frac{x - \text{mean}}{\text{standard deviation}}`,
    read: "0 is the average, and most lie between −2 and 2. Beyond ±100 they are cut.",
    chapter: "neuron",
  },
  parts: {
    title: "Training, validation and test rows",
    what: "Weights are learned from the first rows alone. Those held back, at most a tenth unless you set it otherwise and none where rows are few, choose the best epoch. Those held out, usually a fifth, or the data's own test part, are looked at when the training is over.",
    read: "Only what is held out says how the network will do on new rows.",
  },
  balance: {
    title: "Class balance",
    what: "Of the rows learned from, how many have this value of the target; the share is of those listed.",
    read: "Whoever always answers the most frequent class is right as often as its share says: that is the trivial accuracy. Rare classes are learned worst.",
  },
  steps: {
    title: "Epochs and steps",
    what: "A step changes all weights once, by the mean loss of a batch of rows. An epoch is so many steps that each row learned from was in a batch.",
    formula: String.raw`\text{steps of an epoch} = \frac{\text{rows}}{\text{batch size}} \text{, rounded up}`,
    chapter: "descent",
  },
  memory: {
    title: "Memory",
    what: "For each parameter, 4 bytes times five (weights, gradients, a copy of both, the best weights) plus what the optimizer remembers (Adam two more, momentum one), and the encoded rows of all parts. What a step computes comes on top.",
  },
  seconds: {
    title: "Expected time",
    what: "A few steps are done on a copy and measured; their time, times all steps, plus the calibration afterwards. Looking at the rows held back is not counted.",
    read: "A training that stops early takes less, a busy machine longer.",
  },
  parameters: {
    title: "Parameters",
    what: "The numbers that are learned. A dense layer has a weight for each pair of an input and a unit, and a bias for each unit. Running statistics do not count: they are kept, not learned.",
    formula: String.raw`\text{inputs} \times \text{units} + \text{units}`,
    read: "With many more parameters than rows, a network can learn its rows by heart.",
    chapter: "matrix",
  },
} as const satisfies Record<string, Term>;
