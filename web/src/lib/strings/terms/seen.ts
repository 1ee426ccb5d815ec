/** Numbers of *Inside*. */

import type { Term } from "./term";

export const seen = {
  weight: {
    title: "Weight",
    what: "How strongly an input of the layer counts for a unit: the input is multiplied by it. In a dense layer's matrix rows are inputs, columns units.",
    read: "Positive weights push a unit up, negative ones pull it down, 0 is no connection. A large weight says much only where its input varies.",
    chapter: "neuron",
  },
  bias: {
    title: "Bias",
    what: "The unit's own number, which is learned as weights are. It is added to the sum, whatever comes in.",
    chapter: "neuron",
  },
  z: {
    title: "Weighted sum z",
    what: "The bias and each input times its weight, added up. It is the network's own sum in 32 bits, and may differ in the last digits from what is added up exactly.",
    formula: String.raw`z = b + \sum x \cdot w`,
    chapter: "neuron",
  },
  activation: {
    title: "Activation",
    what: "What the unit passes on: its function of the sum $z$, such as ReLU, which makes 0 of what is negative. “linear” passes on $z$ itself.",
    read: "0 says that the unit is silent for this example.",
    chapter: "activation",
  },
  exciting: {
    title: "Largest activations",
    what: "Of at most 2,000 rows that the model learned from, evenly chosen (or else of the few that are kept with it), the six in which the unit is largest, with its activation.",
    read: "What they have in common is what the unit has come to look for.",
  },
  inputTimesWeight: {
    title: "Input × weight",
    what: "What an input adds to a unit's sum for this example. A layer's strongest of them are the lines of the figure.",
    formula: String.raw`x \cdot w`,
    read: "An input of 0 adds nothing, however large its weight.",
    chapter: "neuron",
  },
  gradient: {
    title: "Gradient",
    what: "The slope of this one example's loss in each weight, computed backwards through the network (backpropagation), as in training but without dropout and penalties.",
    formula: String.raw`\frac{\partial \text{loss}}{\partial w}`,
    read: "Positive: a larger weight makes the loss larger, so a step makes it smaller. Of an example that is answered rightly and surely, it is almost 0.",
    chapter: "backpropagation",
  },
  lastUpdate: {
    title: "Last update",
    what: "What the last step of the training added to each weight: the state after it less the one before, both computed again from the run, bit for bit.",
    read: "Small beside the weights at the end of a training that has settled.",
    chapter: "descent",
  },
  contribution: {
    title: "Contribution",
    what: "How much a column moved the explained number from the average row to this one: the number's slope in each input, averaged over the straight line from there to here, times how far the input went (integrated gradients). A column's are added up.",
    read: "Positive ones spoke for the answer, negative ones against it. They explain the network, not the world.",
  },
  startingPoint: {
    title: "Baseline",
    what: "The explained number at the average row of those learned from: numbers at their mean, categories at their shares, texts empty (or, read word by word, as many unknown words).",
  },
  explained: {
    title: "Explained number",
    what: "What the contributions add up to. Of two classes, and of a label of a set, it is the log-odds, $\\ln$ of one probability divided by the other; of more, the class's score before the softmax (logit), divided by the temperature; of numbers, the answer in its own unit.",
    read: "Log-odds of 0 are one half, of 2.2 nine in ten, of 4.6 ninety-nine in a hundred.",
  },
  completeness: {
    title: "Error of completeness",
    what: "By how much baseline and contributions together miss the explained number. The average along the line is refined until it is next to nothing; with convolutions, until it is below a thousandth of the way or 1,024 points were looked at.",
    formula: String.raw`\text{baseline} + \sum \text{contributions} - \text{number}`,
    read: "Small beside the contributions: they can be relied on.",
  },
  probability: {
    title: "Probability",
    what: "The softmax of the outputs, each divided by the temperature: one number $T$ that is fitted after the training to rows that no weight learned from, so that 80 % sure means right in four of five cases; 1 where such rows are too few. It changes no answer. Of sets of labels, each is a sigmoid of its own.",
    formula: String.raw`p_i = \frac{e^{z_i / T}}{\sum e^{z_k / T}}`,
    read: "*Test* shows how far it can be believed.",
    chapter: "digits",
  },
  attention: {
    title: "Attention",
    what: "How much a step takes from each other one: the softmax of how well its query fits their keys, in each head. “All” is the mean of the heads.",
    formula: String.raw`\text{softmax}(q \cdot k / \text{√} d)`,
    read: "A row adds up to 1. Where a step looks is not yet what decides the answer.",
  },
  cosine: {
    title: "Cosine similarity",
    what: "The cosine of the angle between two vectors: how far they point the same way, whatever their lengths.",
    formula: String.raw`\frac{a \cdot b}{\text{length}(a) \cdot \text{length}(b)}`,
    read: "1: the same way; 0: nothing in common; −1: the opposite.",
  },
  distance: {
    title: "Distance in the last hidden layer",
    what: "The root of the summed squared differences between what the output layer receives of one row and of the other.",
    read: "0: the network cannot tell them apart.",
  },
  slope: {
    title: "Slope",
    what: "The derivative of the mean loss of these rows by this weight, all others as they are, in 64 bits, as in training but without dropout and penalties.",
    formula: String.raw`\frac{\partial \text{loss}}{\partial w}`,
    read: "Positive: the way down is a smaller weight. 0: the weight stands in a valley.",
    chapter: "descent",
  },
  weightLoss: {
    title: "Loss as a function of one weight",
    what: "The mean loss of the chosen rows with this weight at its place and all others as they are, in 64 bits, as in training but without dropout and penalties. “A batch” is as many of the rows learned from as a step takes, “all rows” at most 10,000 of them.",
    chapter: "descent",
  },
  nextStep: {
    title: "One step of gradient descent",
    what: "Where plain descent would lead this weight from here; the loss beside it is the one there, if no other weight moved. The training's own optimizer may take another step.",
    formula: String.raw`w - \eta \cdot \text{slope}`,
    chapter: "descent",
  },
} as const satisfies Record<string, Term>;
