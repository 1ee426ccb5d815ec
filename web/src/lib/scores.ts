/** A model's scores as people read them: shares as percentages, others as numbers. */

import type { ModelDescription } from "./messages";
import { format, percent, type Precision } from "./numbers";
import { termOf, type TermName } from "./strings/terms";

export interface Score {
  name: string;
  value: string;
  baseline: string | null;
  /** What explains it. */
  term: TermName | null;
}

/** Metrics that are shares of 1 and read best as percentages. */
const SHARES = new Set([
  "accuracy", "balanced_accuracy", "subset_accuracy", "top_5_accuracy", "f1", "micro_f1", "macro_f1",
]);

/** Words of names that are not written as they are; the same as in `pellucid.training.history`. */
const WORDS: Record<string, string> = {
  ari: "ARI", auc: "AUC", f1: "F1", hamming: "Hamming", mae: "MAE", mase: "MASE", nmi: "NMI", r2: "R²",
  rmse: "RMSE", roc: "ROC",
};

/** A score for people: shares as percentages. Of several targets, `color.accuracy` is the one of `color`. */
export function scoreText(name: string, value: number, precision: Precision = 3): string {
  return SHARES.has(metricOf(name)) ? percent(value) : format(value, precision);
}

export function spelled(name: string): string {
  const metric = metricOf(name);
  const words = metric.split("_").map((word) => WORDS[word] ?? word).join(" ");
  return metric === name ? words : `${name.slice(0, -metric.length - 1)}: ${words}`;
}

function metricOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

export function scores(model: Pick<ModelDescription, "metrics" | "baseline">): Score[] {
  return Object.entries(model.metrics).map(([name, value]) => {
    const baseline = model.baseline[name];
    return {
      name: spelled(name),
      term: termOf(name),
      value: scoreText(name, value),
      baseline: baseline === undefined ? null : scoreText(name, baseline),
    };
  });
}
