/** Numbers of *Test*, *Lab* and *Compare*, but for the scores. */

import type { Term } from "./term";

export const tested = {
  interval: {
    title: "95 % interval",
    what: "How far chance may have moved the score, since rows are few. Of shares of right rows it is Wilson's interval; of other scores, rows (of forecasts, blocks of them) are drawn anew 1,000 times, with replacement, and the middle 95 % of the scores are taken (bootstrap).",
    read: "Two networks whose intervals overlap widely are not shown to differ.",
  },
  trivial: {
    title: "Trivial score",
    what: "What whoever looks at no input would reach: always the most frequent class with the classes' shares, or always the mean; of a forecast, the last value that is known; of a clustering, all rows in one cluster. Which class and which mean, the rows learned from tell; where the studio does not have them, the rows that are tested.",
    read: "A network that is not clearly better has learned nothing of use.",
    chapter: "classic",
  },
  precision: {
    title: "Precision",
    what: "Of the rows that were answered as this class, the share that is of it.",
    formula: String.raw`\frac{\text{right}}{\text{right + wrongly answered so}}`,
    read: "High: what it calls so, is so. Where the class is never answered, it counts as 0.",
  },
  recall: {
    title: "Recall",
    what: "Of the rows that are of this class, the share that was found.",
    formula: String.raw`\frac{\text{right}}{\text{right + missed}}`,
    read: "High: few of the class are missed. Always answering one class has a recall of 1 there, and 0 in all others.",
  },
  class_f1: {
    title: "F1",
    what: "The harmonic mean of precision and recall: it is high only where both are.",
    formula: String.raw`\frac{2 \cdot \text{right}}{\text{answered so + rows of the class}}`,
    read: "1 is perfect.",
  },
  support: {
    title: "Support",
    what: "How many of the rows are of this class.",
    read: "Of few rows, one more or less moves the class's scores by much: of ten, recall by 0.1.",
  },
  confidence: {
    title: "Confidence",
    what: "The probability of the answer, which is the most probable class. Rows are sorted by it into 15 bins of equal width, of which the empty ones are left out; this is the mean in each.",
    read: "Beside the share that is right: higher, and the network is too sure; lower, and it is not sure enough.",
  },
  calibrationError: {
    title: "Expected calibration error",
    what: "How far confidence and the share that is right are apart on average, each of 15 bins counted by its rows (Guo et al. 2017).",
    formula: String.raw`\sum \frac{n_i}{n} \text{|right} - \text{confidence|}`,
    read: "0 is perfect, and never reached: of 100 rows, a perfectly calibrated network has 0.04 to 0.12 by chance alone, the surer it is the less.",
  },
  error: {
    title: "Residual",
    what: "The truth less the answer, in the target's own unit.",
    formula: String.raw`y - \hat{y}`,
    read: "Positive: the answer was too low. Errors should gather round 0, and neither grow with the truth nor lean to one side.",
    chapter: "loss",
  },
  components: {
    title: "Share of the variance",
    what: "Each row is as many numbers as the layer has units. A principal component analysis turns them so that the two directions in which rows differ most lie in the plane; the shares say how much of all they differ by is seen.",
    read: "Near 100 %, the plane shows nearly everything; near 20 %, most lies in directions that are not seen.",
  },
  pruned: {
    title: "Share of weights cut",
    what: "The weights that are smallest by size are set to 0, of all layers together or of one; biases stay. The score is measured on the rows that are named below the scores, at most 5,000.",
    read: "A curve that stays flat for long says that most connections are hardly used.",
  },
  noise: {
    title: "Noise in deviations",
    what: "To each weight a normal random number is added, whose standard deviation is so many times that of the weights in the same array. It is the same noise each time.",
  },
  zeros: {
    title: "Numbers at 0",
    what: "How many of all numbers in the copy's arrays are exactly 0, biases and kept statistics among them. Weights of 0 are no connections.",
    chapter: "matrix",
  },
  disagreement: {
    title: "Disagreements",
    what: "In how many of the rows that the first run held out both models give different answers; numbers count as different as soon as they are not equal. The clearest are shown.",
    read: "Two equally good networks can be wrong about different rows: then both together know more.",
  },
} as const satisfies Record<string, Term>;
