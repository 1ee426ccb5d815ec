import { mount } from "svelte";
import { abilities } from "$lib/abilities.svelte";
import { reachBy } from "$lib/server";
import "../fonts.css";
import "../page.css";
import { Answers } from "./answers";
import type { Contents } from "./contents";
import Exported from "./Exported.svelte";

const [target, told] = ["page", "contents"].map((id) => document.getElementById(id));
if (target && told) {
  const contents = JSON.parse(told.textContent ?? "") as Contents;
  const answers = new Answers(contents);
  reachBy((path, request) => answers.reach(path, request));
  abilities.engine = false;
  abilities.trying = contents.fields !== null;
  mount(Exported, { target, props: { states: answers.states } });
}
