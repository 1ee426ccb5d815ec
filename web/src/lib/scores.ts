/** A model's scores as people read them: shares as percentages, others as numbers. */

import type { ModelDescription } from "./messages";
import { format, percent } from "./numbers";
import { termOf, type TermName } from "./strings/terms";

export interface Score {
  name: string;
  value: string;
  baseline: string | null;
  /** What explains it. */
  term: TermName | null;
}

/** Metrics that are shares of 1 and read best as percentages. */
const SHARES = new Set(["accuracy", "balanced_accuracy", "top_5_accuracy"]);

const NAMES: Record<string, string> = {
  r2: "R²", f1: "F1", rmse: "RMSE", mae: "MAE", nmi: "NMI", roc_auc: "ROC AUC",
};

export function scoreText(name: string, value: number): string {
  return SHARES.has(name) ? percent(value) : format(value, 3);
}

export function spelled(name: string): string {
  return NAMES[name] ?? name.replaceAll("_", " ");
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
