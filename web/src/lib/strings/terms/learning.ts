/** Numbers of *Train*. */

import type { Term } from "./term";

export const learning = {
  trainingLoss: {
    title: "Training loss",
    what: "The number that training makes small. Of a batch: the mean of its rows' losses, with dropout, label smoothing and class weights where they are set, plus the penalties. Of an epoch: the mean of its batches, while the weights already change.",
    read: "It should fall, quickly at first. Jumps upwards tell of a learning rate that is too high; a flat line from the beginning, of one that is too low or of dead units.",
    chapter: "loss",
  },
  speed: {
    title: "Rows a second",
    what: "How many rows went through a step (forwards, back, update) each second, measured on the newest call of the compiled program.",
  },
  gradientLength: {
    title: "Length of the gradient",
    what: "The gradient has a slope for each weight: how much the loss rises with it. This is its length (the root of the sum of squares) over the layer's weights, biases left out, of the loss as training sees it, for at most 256 fixed rows of those learned from.",
    formula: String.raw`\text{root of } \sum g^2`,
    read: "Compare layers. 30 times as long as the weights, and longer than 10, it explodes; beside its weights less than 1/10,000 of another layer's, it vanishes, and the layer hardly learns.",
    chapter: "backpropagation",
  },
  updateRatio: {
    title: "Ratio of update to weights",
    what: "How far a step with those rows would move the layer's weights, as the optimizer would do it at the rate of the last epoch's end (before the first one it is 0), divided by the length of the weights.",
    formula: String.raw`\frac{\text{length of the step}}{\text{length of the weights}}`,
    read: "About 0.001 is usual. With much more the loss jumps, with much less the layer learns slowly.",
    chapter: "descent",
  },
  dead: {
    title: "Dead units",
    what: "The share of the layer's units that none of at most 256 fixed rows reaches: for each of them the sum $z$ is not above 0 and the activation's slope is below 0.01. Counted for ReLU and its relatives (ELU, GELU, SiLU, softplus).",
    read: "Where the slope is 0, nothing is learned. A few are usual; from 40 % on it is called an illness. A high learning rate is the usual cause.",
    chapter: "activation",
  },
  saturated: {
    title: "Saturated units",
    what: "The share of the layer's tanh or sigmoid units that are near an end for at least 95 % of those rows: there their slope is below a twentieth of its largest value.",
    read: "Little is learned through them. From 50 % on it is called an illness, unless the network has learned much nevertheless.",
    chapter: "activation",
  },
  outputs: {
    title: "Outputs of the network",
    what: "What the last layer gives for a row of the batch, dropout included. For classes these are scores (logits), of which a softmax makes probabilities; for a number, the standardised answer.",
    chapter: "forward",
  },
  minimised: {
    title: "What is minimised",
    what: "The mean of the losses of all rows of the batch, plus the penalties on large weights where they are set (l1, l2).",
    chapter: "loss",
  },
  arraysLength: {
    title: "Length of the gradient",
    what: "The root of the sum of squares over all of the layer's arrays, biases too, of this batch.",
    formula: String.raw`\text{root of } \sum g^2`,
    read: "The longer, the more the loss depends on this layer.",
    chapter: "backpropagation",
  },
  moved: {
    title: "Length of the update",
    what: "How far this step moved all of the layer's arrays: the root of the sum of the squared changes. The optimizer makes the change of the gradient and what it remembers of those before.",
    chapter: "descent",
  },
  learningRate: {
    title: "Learning rate",
    what: "What a direction is multiplied by to become a step. A schedule may change it from step to step.",
    formula: String.raw`w \gets w - \eta \cdot \text{slope}`,
    read: "Too high, and the loss jumps or grows without end; too low, and it hardly falls.",
    chapter: "descent",
  },
  spread: {
    title: "Distribution",
    what: "A histogram of 48 bins spans all of the layer's numbers at each state, biases left out. Of it come the quantiles: below the 5 % quantile lie 5 % of the numbers, below the median half of them; within a bin they count as evenly spread.",
    read: "Weights that spread slowly are healthy. Gradients that gather at 0 in one layer alone do not reach it.",
    chapter: "backpropagation",
  },
} as const satisfies Record<string, Term>;
