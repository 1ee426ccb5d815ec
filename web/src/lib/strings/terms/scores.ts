/** Scores: each is named as the metric that it explains (`src/pellucid/metrics`). */

import type { Term } from "./term";

export const scores = {
  accuracy: {
    title: "Accuracy",
    what: "The share of these rows that are answered right; the answer is the most probable class. Of a clustering, each cluster first gets a class of its own, so that as many rows as possible agree.",
    formula: String.raw`\frac{\text{right answers}}{\text{rows}}`,
    read: "1 is perfect. Hold it against the trivial score: where nine rows in ten are of one class, 90 % is no achievement.",
    chapter: "uses",
  },
  balanced_accuracy: {
    title: "Balanced accuracy",
    what: "The mean recall of the classes that occur in these rows, so that a rare class counts as much as a frequent one.",
    read: "Far below the accuracy, it says that rare classes are missed.",
    chapter: "uses",
  },
  f1: {
    title: "Macro F1",
    what: "The plain mean of the classes' F1, over those that occur in the truth or among the answers.",
    read: "1 is perfect. Like the balanced accuracy it falls where a rare class is missed, and also where a class is named too often.",
  },
  roc_auc: {
    title: "Area under the ROC curve",
    what: "Of all pairs of one row of each class, the share in which the row of the second class gets the higher probability; a tie counts half.",
    read: "0.5 is chance, 1 parts the classes wholly. It does not depend on where the line between yes and no is drawn.",
  },
  loss: {
    title: "Loss",
    what: "The mean over these rows of what training makes small: for classes the log loss, $-\\ln$ of the probability that the right one was given; for numbers an error such as the squared one, in standard deviations of the target. Here without penalties, dropout and label smoothing, and with calibrated probabilities.",
    read: "0 is perfect; below the trivial loss something was learned. A log loss of $\\ln 2 = 0.693$ is that of a coin's answers to yes or no.",
    chapter: "loss",
  },
  validation_loss: {
    title: "Validation loss",
    what: "The same loss, measured after each epoch on rows that are held back: no weight learns from them. It is without penalties, dropout and label smoothing, so it may lie below the loss of the training.",
    read: "As long as it falls, what is learned holds for new rows. Where it rises while the other one falls, the network learns its rows by heart.",
    chapter: "loss",
  },
  r2: {
    title: "R², coefficient of determination",
    what: "How much of the targets' variance the answers explain: 1 minus the squared errors, beside those of always saying the mean of these rows.",
    formula: String.raw`1 - \frac{\sum (y - \hat{y})^2}{\sum (y - \text{mean})^2}`,
    read: "1 is perfect, 0 is as good as the mean, below 0 is worse.",
    chapter: "uses",
  },
  rmse: {
    title: "Root mean squared error",
    what: "The root of the mean squared error, in the target's own unit. Large errors count more than in the MAE.",
    formula: String.raw`\text{root of } \frac{1}{n} \sum (y - \hat{y})^2`,
    read: "Hold it against the trivial score, that of always saying the mean. Far above the MAE, it tells of a few large errors.",
    chapter: "loss",
  },
  mae: {
    title: "Mean absolute error",
    what: "By how much an answer is off on average, in the target's own unit, whichever way.",
    formula: String.raw`\frac{1}{n} \sum \text{|} y - \hat{y} \text{|}`,
    read: "Hold it against the trivial score.",
    chapter: "loss",
  },
  micro_f1: {
    title: "Micro F1",
    what: "F1 over all single decisions, a label in a row, taken together: frequent labels count most. A label is given where its probability is above one half.",
    read: "1 is perfect.",
  },
  macro_f1: {
    title: "Macro F1",
    what: "The plain mean of the labels' F1, so that rare labels count as much as frequent ones.",
    read: "1 is perfect; far below the micro F1, rare labels are missed.",
  },
  subset_accuracy: {
    title: "Subset accuracy",
    what: "The share of rows whose whole set of labels is right.",
    read: "It is strict: one label too many or too few, and the row is wrong.",
  },
  hamming_loss: {
    title: "Hamming loss",
    what: "The share of single decisions, a label in a row, that are wrong.",
    read: "0 is perfect. Where labels are rare it is small even if none is ever given.",
  },
  average_precision: {
    title: "Mean average precision",
    what: "For each label, rows in order of its probability, precision is averaged over the places where recall rises; then the mean over the labels that some row has.",
    read: "1: for each label, the rows that have it come first.",
  },
  nmi: {
    title: "Normalised mutual information",
    what: "How much the clusters say about classes that they were not made from, beside the mean of both entropies.",
    formula: String.raw`\frac{2 \cdot I(U, V)}{H(U) + H(V)}`,
    read: "0: nothing; 1: they are the same groups, however they are numbered.",
    chapter: "uses",
  },
  ari: {
    title: "Adjusted Rand index",
    what: "Over all pairs of rows, how far clusters and classes agree on which belong together, less what chance would do.",
    read: "About 0 by chance, 1 where they are the same groups.",
    chapter: "uses",
  },
  silhouette: {
    title: "Silhouette",
    what: "The mean over rows of how much nearer they are, as the network receives them, to their own cluster than to the next one; of at most 3,000 rows.",
    read: "From −1 to 1: near 1 clusters lie apart, near 0 they touch.",
    chapter: "uses",
  },
  mase: {
    title: "Mean absolute scaled error",
    what: "The forecast's mean absolute error, divided by that of repeating the value of a season ago in the rows learned from. Of several series, the mean.",
    read: "Below 1 it is better than that; above, worse.",
  },
  mse: {
    title: "Mean squared error",
    what: "The mean squared error, in the square of the target's unit.",
    read: "Hold it against the trivial score.",
    chapter: "loss",
  },
  scaled_mse: {
    title: "Standardised mean squared error",
    what: "The mean squared error, each series divided by its standard deviation in the rows learned from.",
    read: "1 is about what always saying the mean gives.",
    chapter: "loss",
  },
  scaled_mae: {
    title: "Standardised mean absolute error",
    what: "The mean absolute error, each series divided by its standard deviation in the rows learned from.",
    read: "Hold it against the trivial score.",
    chapter: "loss",
  },
  mean_score: {
    title: "Mean score",
    what: "The mean of the targets' main scores: accuracy of classes, R² of numbers, micro F1 of sets.",
    read: "1 is perfect.",
  },
} as const satisfies Record<string, Term>;
