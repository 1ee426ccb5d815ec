/** The guide: its frame, and chapters 2 to 7; the others have files of their own. */

import * as backpropagation from "./chapters/backpropagation";
import * as biology from "./chapters/biology";
import type { ChapterWords } from "./chapters/chapter";
import * as classic from "./chapters/classic";
import * as digits from "./chapters/digits";
import * as plane from "./chapters/plane";
import * as uses from "./chapters/uses";

const neuron: ChapterWords = {
  title: "The artificial neuron",
  lead: "A neuron is a number. What it becomes depends on the numbers that come in, and on how strongly each is connected.",
  text: [
    "Each input $x$ comes in over a connection, whose strength is a number, its *weight* $w$. The neuron adds up input times weight, and a number of its own, the *bias* $b$. The sum is called $z$.",
    "A positive weight lets an input push the sum up; a negative one lets it pull the sum down; a weight of 0 is no connection at all. Learning changes weights and biases, and nothing else.",
  ],
  task: "Leave the inputs as they are and bring the sum to exactly 0, with both weights other than 0.",
  acted: "Two connections that pull against each other can cancel out. There are many ways: the task has infinitely many solutions.",
  check: {
    question: "An input is 0. Which weight must its connection have for the sum to be large?",
    options: ["A large positive one", "A large negative one", "None can do it"],
    right: 2,
    why: "0 times any weight is 0. An input that is 0 says nothing to the neurons after it, whatever the weights.",
  },
};

const matrix: ChapterWords = {
  title: "Layers and the weight matrix",
  lead: "Neurons stand in layers. All the connections between two layers, written down in rows and columns, are a matrix.",
  text: [
    "Every neuron of a layer is connected with every neuron of the next. The weight $w_{23}$ belongs to the connection *from* the second neuron *to* the third.",
    "In the matrix each row is a neuron that connections leave, and each column a neuron that they reach. From 2 neurons to 3, that is a matrix of the shape 2 × 3.",
  ],
  task: "Find $w_{23}$: choose its connection in the figure, or its cell in the matrix.",
  acted: "That is the one: from the second neuron to the third, in the second row and the third column.",
  check: {
    question: "A layer of 4 neurons is followed by one of 5. How many weights are between them?",
    options: ["9", "20", "45"],
    right: 1,
    why: "Each of the 4 neurons is connected with each of the 5: 4 × 5 = 20. The matrix has 4 rows and 5 columns.",
  },
};

const forward: ChapterWords = {
  title: "Forward propagation",
  lead: "What comes in travels from layer to layer, until the last layer says the answer.",
  text: [
    "For each neuron: add up what comes in, each times its weight. Then put the sum through a function, here $\\tanh$, which keeps the result between −1 and 1: $h = \\tanh(z)$. All neurons of a layer together are one multiplication with the matrix, $z = x \\cdot W$.",
    "What a layer gives is what the next layer takes. Nothing else happens in a network that answers, however deep it is.",
  ],
  task: "Guess each neuron of the next layer (is it positive or negative?), and see. Go on through all five layers.",
  acted: "Five layers, four matrices, and an answer: this was forward propagation.",
  check: {
    question: "A network has five layers of neurons, the inputs among them. How many weight matrices has it?",
    options: ["Four", "Five", "One for each neuron"],
    right: 0,
    why: "A matrix stands between two layers: five layers have four places between them, W1 to W4.",
  },
};

const activation: ChapterWords = {
  title: "Activation functions",
  lead: "Without them, many layers could do no more than one. They bend what would otherwise stay straight.",
  text: [
    "*tanh* and *sigmoid* squash any sum into a fixed range. Far from 0 they are almost flat, and a flat function has a slope of almost 0: there a neuron hardly learns. It is *saturated*.",
    "*ReLU* cuts off what is negative. It never saturates on the right, but on the left its slope is exactly 0. A neuron that is negative for every example is *dead*: it can no longer learn at all.",
  ],
  task: "With the sigmoid, find a sum $z$ at which the neuron is saturated: its slope is below 0.01.",
  acted: "At this place a change of the sum changes almost nothing, so almost nothing can be learned from it.",
  check: {
    question: "For which function can the slope be exactly 0, so that a neuron is dead?",
    options: ["tanh", "sigmoid", "ReLU"],
    right: 2,
    why: "The slopes of tanh and sigmoid come near to 0 but never reach it. ReLU is flat for every negative sum.",
  },
};

const loss: ChapterWords = {
  title: "Losses",
  lead: "A network learns from one number: how wrong it is. The smaller the loss, the better the answer.",
  text: [
    "For numbers: half the square of the error, $\\half (y - \\hat{y})^2$. Here $y$ is what the network says and $\\hat{y}$ is the label, the right answer. Twice the error is four times the loss. The ½ is there so that the slope is the error itself, $y - \\hat{y}$. The *mean squared error* leaves it out, and averages over all outputs.",
    "For classes: the *cross-entropy*, $-\\ln p$, where $p$ is the probability that the network gives to the right class. To be sure and wrong costs the most.",
  ],
  task: "For a number whose label is 3, move the prediction to where the loss $\\half (y - \\hat{y})^2$ is exactly 2.",
  acted: "An error of 2 in either direction gives ½ · 2² = 2. The slope has the sign of the error: it says which way is up.",
  check: {
    question: "The network gives the right class a probability near 0. What is the cross-entropy?",
    options: ["Near 0", "Near 1", "Larger than any number, if the probability is small enough"],
    right: 2,
    why: "−ln p grows without end as p goes to 0. At p = 1 it is 0, at p = 0.5 it is 0.69, at p = 0.01 it is 4.6.",
  },
};

const descent: ChapterWords = {
  title: "Gradient descent on one weight",
  lead: "A network of one weight, one example, and one rule: go a little against the slope. This is how every network learns.",
  text: [
    "The network says $y = w \\cdot x$. The input is $x = 2$, the label is $\\hat{y} = 6$, and the weight is $w = 5$: it says 10. Every weight gives another loss; all of them together are the curve.",
    "At $w = 5$ the curve rises with a slope of 8: more weight would mean more loss. So the weight goes the other way, by the slope times the *learning rate* $\\eta$.",
  ],
  task: "Take one step, and see the loss fall. Then go on until the weight is within 0.01 of the lowest point, $w = 3$.",
  acted: "The slope becomes smaller towards the lowest point, and so do the steps: nobody had to tell it to slow down.",
  check: {
    question: "Try learning rates above 0.5. What happens to the loss from step to step?",
    options: ["It falls faster than before", "It stays as it is", "It grows"],
    right: 2,
    why: "Each step jumps over the lowest point and lands higher on the other side than it began. At exactly 0.5 the weight jumps between 5 and 1 for ever.",
  },
};

export const guide = {
  title: "How a network learns",
  lead: "Each chapter has one figure to act on, one task, and one question. Everything is computed as you move it.",
  chapter: (number: number) => `Chapter ${number}`,
  begin: "Begin",
  goOn: "Go on",
  next: "Next chapter",
  previous: "Previous chapter",
  all: "All chapters",
  done: "done",
  task: "Your task",
  question: "A question",
  right: "Right.",
  wrong: "Not quite.",
  reached: "Done.",
  reset: "Reset",
  progress: (done: number, all: number) => `${done} of ${all} done`,
  workbench: "Open in the workbench",
  workbenchEmpty: "with data, to train a network of your own",
  workbenchDigits: "with data, to train a network on digits",
  workbenchTold: (name: string) => `the same on ${name}`,
  chapters: {
    biology: biology.chapter,
    neuron,
    matrix,
    forward,
    activation,
    loss,
    descent,
    backpropagation: backpropagation.chapter,
    plane: plane.chapter,
    digits: digits.chapter,
    uses: uses.chapter,
    classic: classic.chapter,
  },
  biology: biology.words,
  backpropagation: backpropagation.words,
  plane: plane.words,
  digits: digits.words,
  uses: uses.words,
  classic: classic.words,
  neuron: {
    figure: "A neuron with two inputs",
    input: (index: number) => `Input ${index}`,
    weight: (index: number) => `Weight ${index}`,
    bias: "Bias",
    weightIsZero: "The sum is 0, but a weight of 0 is no connection: let both connections take part, and cancel out.",
    inputsMoved: "The sum is 0, but the inputs were moved: the task leaves them at 2 and −1.",
    inputs: "Inputs",
    sum: "Sum",
  },
  matrix: {
    figure: "Two layers, of 2 and 3 neurons",
    from: "Layer 1",
    to: "Layer 2",
    none: "Point at a connection or a cell: both are the same number.",
    chosen: (row: number, column: number, weight: string) =>
      `$w_{${row}${column}} = ${weight}$, from neuron ${row} to neuron ${column}`,
  },
  forward: {
    figure: (layers: number) => `A network of ${layers === 2 ? "two" : "five"} layers`,
    two: "One matrix leads from layer to layer: all its sums at once are the inputs times the matrix.",
    five: "Go on with five layers",
    layer: (index: number) => `Layer ${index}`,
    guess: (name: string) => `Is $${name}$ positive or negative?`,
    positive: "Positive +",
    negative: "Negative −",
    rightGuess: "You guessed right:",
    wrongGuess: "It came out otherwise:",
    rest: "Compute the rest of this layer",
    finished: "The answer has been reached.",
    again: "From the start",
    score: (right: number, all: number) => `${right} of ${all} guesses right`,
  },
  activation: {
    choice: "Function",
    figure: "An activation function and its slope",
    sum: "the sum z",
    value: "function",
    slope: "slope",
    saturated: "Saturated: the slope is below 0.01.",
    dead: "Dead: the slope is exactly 0.",
    alive: "Here a change of the sum is felt.",
    shaded: "Shaded: where the slope is below 0.01",
  },
  loss: {
    choice: "What is predicted",
    number: "A number",
    classes: "A class",
    prediction: "the prediction y",
    probability: "the probability p of the right class",
    loss: "loss",
    half: "half the squared error",
    square: "the squared error, without the ½",
    entropy: "cross-entropy",
    label: "label 3",
    slope: "slope",
  },
  descent: {
    figure: "The loss as a function of the weight",
    weight: "the weight w",
    loss: "loss",
    rate: "Learning rate",
    step: "Take a step",
    now: "Now",
    table: "All steps so far",
    stepNumber: "step",
    slope: "slope",
    wider: (times: number) => `The figure shows ${times} times as many weights as at first, so that all steps are seen.`,
    leftOut: (n: number) => (n === 1 ? "Show 1 more step, left out here" : `Show ${n} more steps, left out here`),
    fled: "The weight has fled: at this learning rate every step makes things worse. Reset, and take a smaller one.",
    withHalf: "Loss with its ½",
    halves: { with: "with ½", without: "without ½" },
    doubled: "Without the ½ the loss would be 16 at $w = 5$ and the slope 16: with the same learning rate, the step would be twice as long.",
  },
} as const;
