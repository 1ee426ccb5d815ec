/** Chapter 1: the biological neuron. */

import type { ChapterWords } from "./chapter";

export const chapter: ChapterWords = {
  title: "The biological neuron",
  lead: "A nerve cell gathers signals. When enough of them come together it sends one of its own: that is nearly all of the likeness.",
  text: [
    "Signals come in through the *dendrites*, over *synapses* of different strength. Each signal raises the voltage of the cell body; between signals the voltage leaks away again. Where it crosses a *threshold*, the cell fires: an *action potential* runs down the *axon* to other cells.",
    "A cell learns by changing the strength of its synapses. Those that were in use when the cell fired grow stronger; those that were not grow weaker, and some die off.",
    "Here the likeness ends. The neurons of an artificial network have no voltage and no spikes: a neuron is a number, a synapse is a weight, and learning changes the weights. What is taken over is the last part.",
  ],
  task: "No single synapse is strong enough. Make the cell fire with two of them together, again and again, until one of these has grown so strong that it makes the cell fire alone.",
  acted: "Used together, they grew: the same signal that did nothing before now makes the cell fire. The third, never used, became weaker.",
  check: {
    question: "What of the biological neuron does an artificial network take over?",
    options: [
      "The voltage that rises and leaks away",
      "That learning changes the strength of connections",
      "The action potential",
    ],
    right: 1,
    why: "An artificial neuron is only a number. Voltage, threshold and spikes are left out; what learns are the strengths of the connections.",
  },
};

export const words = {
  figure: "A nerve cell with three synapses on its dendrites, a cell body and an axon",
  send: "Which synapses receive a signal in the next moment",
  synapse: (index: number) => `Synapse ${index}`,
  strength: "strength",
  died: "died off",
  next: "Next moment",
  quiet: "A moment without signals",
  trace: "The voltage of the cell body, moment by moment",
  moment: "moment",
  voltage: "voltage",
  threshold: "threshold",
  spike: "the cell fires",
  dendrites: "dendrites",
  body: "cell body",
  axon: "axon",
  fired: (times: number) => `The cell fires: an action potential runs down the axon. Fired ${times} ${times === 1 ? "time" : "times"}.`,
  below: (voltage: string) => `The voltage is ${voltage}: below the threshold of 1, nothing happens.`,
  start: "Choose one or more synapses, and let a moment pass.",
} as const;
