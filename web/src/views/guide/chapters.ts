/** The chapters, in their order. Each is a figure; its words stand in the catalogue. */

import type { Component } from "svelte";
import { strings } from "$lib/strings";
import type { ChapterWords } from "$lib/strings/chapters/chapter";
import Activation from "./Activation.svelte";
import Backward from "./Backward.svelte";
import Biology from "./Biology.svelte";
import Classic from "./Classic.svelte";
import Descent from "./Descent.svelte";
import Digits from "./Digits.svelte";
import Forward from "./Forward.svelte";
import Loss from "./Loss.svelte";
import Matrix from "./Matrix.svelte";
import Neuron from "./Neuron.svelte";
import Plane from "./Plane.svelte";
import Uses from "./Uses.svelte";
import type { Level } from "./workbench";

export interface ChapterFigure {
  /** Called when the person has done the task. */
  onacted: () => void;
  /** Called with the model of the studio that the chapter is about from now on, where there is one. */
  onmodel?: (id: string) => void;
}

export interface Chapter {
  /** Its name in what is kept of the person's progress. */
  name: string;
  words: ChapterWords;
  figure: Component<ChapterFigure>;
  /** Where its subject is seen on a real network, and on which. */
  opens: Level;
  on?: "digits";
}

const words = strings.guide.chapters;

export const CHAPTERS: readonly Chapter[] = [
  { name: "biology", words: words.biology, figure: Biology, opens: "network" },
  { name: "neuron", words: words.neuron, figure: Neuron, opens: "unit" },
  { name: "matrix", words: words.matrix, figure: Matrix, opens: "layer" },
  { name: "forward", words: words.forward, figure: Forward, opens: "network" },
  { name: "activation", words: words.activation, figure: Activation, opens: "unit" },
  { name: "loss", words: words.loss, figure: Loss, opens: "test" },
  { name: "descent", words: words.descent, figure: Descent, opens: "weight" },
  { name: "backpropagation", words: words.backpropagation, figure: Backward, opens: "weight" },
  { name: "plane", words: words.plane, figure: Plane, opens: "unit" },
  { name: "digits", words: words.digits, figure: Digits, opens: "network", on: "digits" },
  { name: "uses", words: words.uses, figure: Uses, opens: "test" },
  { name: "classic", words: words.classic, figure: Classic, opens: "test", on: "digits" },
];
