import { expect, it } from "vitest";
import { scoreText, spelled } from "./scores";

it("has one name for each metric: those of the reports", () => {
  const names = ["f1", "micro_f1", "ari", "nmi", "r2", "roc_auc", "balanced_accuracy", "hamming_loss", "price.mae"];
  expect(names.map(spelled)).toEqual(
    ["F1", "micro F1", "ARI", "NMI", "R²", "ROC AUC", "balanced accuracy", "Hamming loss", "price: MAE"],
  );
});

it("writes shares as percentages, also of one target among several", () => {
  expect([scoreText("f1", 0.9577), scoreText("color.accuracy", 0.5)]).toEqual(["95.8 %", "50.0 %"]);
  expect([scoreText("ari", 0.8191), scoreText("loss", 0.13179, 4)]).toEqual(["0.819", "0.1318"]);
});
