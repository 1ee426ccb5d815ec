/** Chapter 11: three uses of neural networks. */

import type { ChapterWords } from "./chapter";

export const chapter: ChapterWords = {
  title: "Three uses",
  lead: "One table of flowers, three questions: which kind is it, how large is a part of it, and which belong together?",
  text: [
    "In 1936 R. A. Fisher published the measures of 150 irises of three species. *Classification* learns from labels: which species is a flower? *Regression* learns from numbers: how wide is a petal that is so long? *Clustering* has no labels at all: which flowers are alike?",
    "The three networks were trained by pellucid on these flowers and are computed here in the page. The same two measures, three answers.",
  ],
  task: "Move the flower to where the classifier is unsure: no species has a probability above 60 %. See what the other two say of it.",
  acted: "Between two species the labels run into each other. The regression does not mind; the clustering draws its line where the flowers lie less densely, for it has never heard of species.",
  check: {
    question: "You have thousands of songs and nobody has sorted them. Which use helps to find groups that belong together?",
    options: ["Classification", "Regression", "Clustering"],
    right: 2,
    why: "There are neither labels nor numbers to learn from. Clustering groups by likeness alone.",
  },
};

export const words = {
  length: "petal length, cm",
  width: "petal width, cm",
  classification: "Classification",
  classificationTold: "labels known: the species",
  regression: "Regression",
  regressionTold: "numbers known: the width",
  clustering: "Clustering",
  clusteringTold: "nothing known",
  flower: "Your flower",
  species: (name: string, share: string) => `${name}: ${share}`,
  cluster: (index: number, share: string) => `cluster ${index}: ${share}`,
  predicted: (width: string) => `expected width: ${width} cm`,
  off: (error: string) => `yours is ${error} cm from that`,
  accuracy: (share: string) => `${share} of flowers it had not seen are right`,
  error: (error: string) => `off by ${error} cm (root mean square) on flowers it had not seen`,
  agreement: (share: string) => `${share} of the flowers are grouped as the species would, which it never saw`,
  legend: (species: readonly string[]) =>
    `Signs of the species: circle ${species[0]}, square ${species[1]}, triangle ${species[2]}; of the clusters: circle 1, square 2, triangle 3. Across: length of the petal. Up: its width.`,
  map: (use: string) => `${use}: 150 flowers by length and width of their petals`,
} as const;
