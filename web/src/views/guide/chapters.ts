/** The chapters, in their order. Each is a figure; its words stand in the catalogue. */

import type { Component } from "svelte";
import { strings } from "$lib/strings";
import type { ChapterWords } from "$lib/strings/guide";
import Activation from "./Activation.svelte";
import Descent from "./Descent.svelte";
import Forward from "./Forward.svelte";
import Loss from "./Loss.svelte";
import Matrix from "./Matrix.svelte";
import Neuron from "./Neuron.svelte";

export interface ChapterFigure {
  /** Called when the person has done the task. */
  onacted: () => void;
}

export interface Chapter {
  /** Its name in what is kept of the person's progress. */
  name: string;
  words: ChapterWords;
  figure: Component<ChapterFigure>;
}

const words = strings.guide.chapters;

export const CHAPTERS: readonly Chapter[] = [
  { name: "neuron", words: words.neuron, figure: Neuron },
  { name: "matrix", words: words.matrix, figure: Matrix },
  { name: "forward", words: words.forward, figure: Forward },
  { name: "activation", words: words.activation, figure: Activation },
  { name: "loss", words: words.loss, figure: Loss },
  { name: "descent", words: words.descent, figure: Descent },
];
