import { mount } from "svelte";
import { abilities } from "$lib/abilities.svelte";
import type { Answer, Json, Prediction } from "$lib/messages";
import { reachBy, send } from "$lib/server";
import "../fonts.css";
import "../page.css";
import { Answers } from "./answers";
import type { Contents } from "./contents";
import { unexplained } from "./why";
import Exported from "./Exported.svelte";

/** The answer for a row, by column, in the person's values; images as rows of pixels. */
async function predict(answers: Answers, values: Record<string, Json>): Promise<Answer | undefined> {
  const response = await answers.reach("models/m1/predict", { body: JSON.stringify({ values }) });
  const { example } = (await response.json()) as Prediction;
  return example.answers[0];
}

/** Any question of the views, such as `await pellucid.ask("models/m1/why", {example: "test:0"})`. */
function ask(path: string, body: object): Promise<unknown> {
  return send(path, body);
}

const [target, told] = ["page", "contents"].map((id) => document.getElementById(id));
if (target && told) {
  const contents = JSON.parse(told.textContent ?? "") as Contents;
  const answers = new Answers(contents);
  reachBy((path, request) => answers.reach(path, request));
  abilities.engine = false;
  abilities.guide = false;
  abilities.unexplained = unexplained(contents.layers);
  abilities.slopes = contents.truths !== null && contents.loss !== null;
  abilities.trying = contents.fields !== null;
  // For whoever opens the browser's console: `await pellucid.predict({age: 40})`.
  Object.assign(globalThis, { pellucid: { predict: (values: Record<string, Json>) => predict(answers, values), ask } });
  mount(Exported, { target, props: { states: answers.states, tested: contents.test !== null } });
}
