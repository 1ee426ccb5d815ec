/** Losses and their slopes with respect to the predictions. */

import { ACTIVATIONS, softmax } from "./activations";
import type { Vector } from "./dense";

/** ½ (y − ŷ)² for one number: y is what the network says, ŷ the label. */
export function quadratic(prediction: number, label: number): number {
  return 0.5 * (prediction - label) ** 2;
}

export function quadraticSlope(prediction: number, label: number): number {
  return prediction - label;
}

export function meanSquaredError(predictions: Vector, labels: Vector): number {
  const squares = predictions.map((prediction, index) => (prediction - (labels[index] ?? 0)) ** 2);
  return squares.reduce((sum, square) => sum + square, 0) / predictions.length;
}

export function meanSquaredErrorSlopes(predictions: Vector, labels: Vector): number[] {
  return predictions.map(
    (prediction, index) => (2 * (prediction - (labels[index] ?? 0))) / predictions.length,
  );
}

/** −ln of the probability that the network gives to the right class. */
export function crossEntropy(logits: Vector, label: number): number {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return Math.log(sum) + largest - (logits[label] ?? Number.NaN);
}

/** Probabilities, less 1 at the right class. */
export function crossEntropySlopes(logits: Vector, label: number): number[] {
  return softmax(logits).map((share, index) => share - (index === label ? 1 : 0));
}

/** −ln of the probability of the right answer to a yes-or-no question: 1 is yes, a logit above 0 too. */
export function binaryCrossEntropy(logit: number, label: number): number {
  const away = label > 0.5 ? -logit : logit;
  return Math.max(0, away) + Math.log1p(Math.exp(-Math.abs(away)));
}

export function binaryCrossEntropySlopes(logits: Vector, labels: Vector): number[] {
  return logits.map(
    (logit, index) => (ACTIVATIONS.sigmoid.value(logit) - (labels[index] ?? 0)) / logits.length,
  );
}
