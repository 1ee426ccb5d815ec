// Made of src/pellucid/studio/messages by `make web`. Do not edit.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What went wrong, and what to do. */
export interface Problem {
  message: string;
  where: string | null;
  expected: string | null;
  remedy: string | null;
}

/** The body of every answer that is no success. */
export interface Refusal {
  error: Problem;
}

/** A model that the studio can show. */
export interface Opened {
  id: string;
  name: string;
  kind: "model" | "run";
}

/** What the page needs first; ``token`` goes into the header of every request but reading. */
export interface Session {
  version: string;
  opened: Opened[];
  page: "data" | "inside" | "guide";
  token: string;
}

/** Where a column's features lie in the network's input; ``names`` of at most 256. */
export interface InputBlock {
  column: string;
  kind: string;
  shape: number[];
  offset: number;
  size: number;
  names: string[] | null;
}

/** An array of a layer's parameters; statistics are kept while training, not learned. */
export interface Parameter {
  path: string;
  shape: number[];
  learned: boolean;
}

/** A layer: its shapes for one example, and how its number of parameters comes about. */
export interface Layer {
  name: string;
  family: string;
  settings: Record<string, Json>;
  in_shape: number[];
  out_shape: number[];
  n_parameters: number;
  parameters: Parameter[];
  arithmetic: string;
}

/** All of a model but its numbers.
 *
 * ``outputs`` names the units of the output layer; ``classes`` is empty where there are none.
 * ``parts`` says how many examples can be asked for, by part; ``why_no_rows`` why those of the
 * data cannot. ``members`` is how many networks an ensemble is the mean of: member k is the
 * model ``<id>.<k>``, k from 0. ``learning_rate`` is that of its training.
 */
export interface ModelDescription {
  id: string;
  name: string;
  kind: "model" | "run";
  source: string;
  task: string;
  targets: string[];
  outputs: string[];
  classes: string[];
  metrics: Record<string, number>;
  baseline: Record<string, number>;
  units: Record<string, string>;
  input_blocks: InputBlock[];
  in_features: number;
  n_parameters: number;
  layers: Layer[];
  history: Record<string, Json>[];
  settings: Record<string, Json>;
  reasons: Record<string, string>;
  parts: Record<string, number>;
  why_no_rows: string | null;
  members: number | null;
  loss: string;
  learning_rate: number | null;
  fields: Field[];
}

/** A column to be filled in by a person who tries the model.
 *
 * ``choices`` are a category's values; ``lowest`` and ``highest`` those of training; ``shape``
 * that of a picture, of which each pixel is a number from ``lowest`` to ``highest``.
 */
export interface Field {
  column: string;
  kind: string;
  choices: string[];
  lowest: number | null;
  highest: number | null;
  usual: Json;
  shape: number[];
}

/** A value that is seen: where to fetch it, a PNG, and its height and width in pixels. */
export interface Media {
  url: string;
  kind: "image" | "spectrogram";
  height: number;
  width: number;
}

/** How probable the network holds one answer. */
export interface Probability {
  label: string;
  probability: number;
}

/** What the network answers for one target; ``probabilities`` in the order of the classes. */
export interface Answer {
  target: string;
  prediction: Json;
  probabilities: Probability[];
}

/** One row. ``id`` names it everywhere: ``test:17`` is the 18th held-out row.
 *
 * ``truth`` and ``correct`` are by target, and empty where nothing is known.
 */
export interface Example {
  id: string;
  values: Record<string, Json>;
  media: Record<string, Media>;
  truth: Record<string, Json>;
  answers: Answer[];
  correct: Record<string, boolean>;
}

/** Rows of one part, from ``start`` on, of ``total``. */
export interface Examples {
  part: "examples" | "train" | "test" | "tried";
  start: number;
  total: number;
  examples: Example[];
}

/** An array of numbers in short.
 *
 * Of at most 64 numbers ``values`` are all of them, exact. Of more, ``strip`` holds whole numbers
 * from -127 to 127, of which each times ``scale`` is the largest, by its size, of so many
 * neighbours; exact ones come as frames.
 */
export interface Summary {
  shape: number[];
  values: number[] | null;
  strip: number[] | null;
  scale: number;
  lowest: number;
  highest: number;
  mean: number;
  zeros: number;
}

/** What one layer did with an example; ``details`` are gates, attention and the like. */
export interface LayerTrace {
  name: string;
  inputs: Summary;
  pre_activations: Summary;
  activations: Summary;
  details: Record<string, Summary>;
}

/** Ask what happens to an example on its way through the network. */
export interface TraceRequest {
  example: string;
}

/** An example's way through the network; ``loss`` where the truth is known. */
export interface Trace {
  example: Example;
  encoded: Summary;
  layers: LayerTrace[];
  loss: number | null;
}

/** A row to be tried: by column, in the person's values; images as rows of pixels. */
export interface PredictRequest {
  values: Record<string, Json>;
}

/** The answer for a row that was tried, which from now on is an example by its id. */
export interface Prediction {
  example: Example;
  encoded: Summary;
  notes: string[];
}

/** What one input adds to a unit's weighted sum: ``input`` × ``weight``. */
export interface Contribution {
  index: number[];
  name: string;
  input: number;
  weight: number;
  product: number;
}

/** An example that makes a unit large. */
export interface Exciting {
  example: Example;
  activation: number;
}

/** One unit and an example.
 *
 * ``bias`` plus the products of ``contributions`` plus ``rest`` (of ``n_rest`` further inputs) is
 * ``total``, computed in 64 bits from the 32-bit numbers; ``z`` is the network's own sum, which
 * ``rounding`` = ``z`` - ``total`` says how exactly it was computed in 32 bits. ``picture`` are
 * the weights of image inputs, in the image's shape. What is not known is null.
 */
export interface Unit {
  layer: string;
  index: number[];
  name: string;
  bias: number | null;
  contributions: Contribution[];
  rest: number;
  n_rest: number;
  total: number | null;
  z: number | null;
  rounding: number | null;
  activation: number | null;
  function: string;
  exciting: Exciting[];
  picture: number[][] | null;
}

/** Ask for the loss as a function of one weight.
 *
 * ``on``: one example, a batch of the training's size, or all rows that are there (at most
 * 10,000). Left out, ``learning_rate`` is the training's, and the ends are chosen.
 */
export interface WeightRequest {
  layer: string;
  name: string;
  index: number[];
  on?: "example" | "batch" | "all";
  example?: string | null;
  learning_rate?: number | null;
  lowest?: number | null;
  highest?: number | null;
}

/** A weight's value, and the loss there. */
export interface Point {
  weight: number;
  loss: number;
}

/** The loss as a function of one weight, all others as they are, in 64 bits.
 *
 * The tangent at ``now`` has the slope ``slope``; one step of plain gradient descent, ``now`` -
 * ``learning_rate`` × ``slope``, leads to ``step``. ``lowest`` is the best point of the curve.
 */
export interface Weight {
  layer: string;
  name: string;
  index: number[];
  now: Point;
  curve: Point[];
  slope: number;
  learning_rate: number;
  step: Point;
  lowest: Point;
  rows: string;
  n_rows: number;
}

/** Ask what contributed to a prediction; left out, the predicted class and the first target. */
export interface WhyRequest {
  example: string;
  label?: string | null;
  against?: string | null;
  of?: string | null;
}

/** What a column contributed; ``detail`` is what it is made of, by feature or position.
 *
 * ``grid`` are contributions in the column's shape, of pixels for instance; ``marked`` is a text
 * in stretches, each with its contribution.
 */
export interface ColumnPart {
  column: string;
  kind: string;
  value: Json;
  contribution: number;
  details: [string, number][];
  grid: Json;
  marked: [string, number][];
}

/** Contributions: ``baseline`` and all columns' add up to ``output``, but for ``error``. */
export interface Why {
  example: string;
  target: string;
  prediction: Json;
  label: string | null;
  against: string | null;
  meaning: string;
  output: number;
  baseline: number;
  output_written: string;
  baseline_written: string;
  error: number;
  probability: number | null;
  baseline_probability: number | null;
  compared_with: string;
  columns: ColumnPart[];
}

/** How well one class is found. */
export interface ClassScore {
  label: string;
  n: number;
  precision: number;
  recall: number;
  f1: number;
}

/** Rows of about one confidence: how confident they are, and what share of them is right. */
export interface CalibrationBin {
  low: number;
  high: number;
  n: number;
  confidence: number;
  accuracy: number;
}

/** Errors of numbers, target minus prediction: of at most 2,000 rows, and how often each. */
export interface Residuals {
  rows: number[];
  truth: number[];
  prediction: number[];
  edges: number[];
  counts: number[];
}

/** How well one target is answered. ``confusion[i][j]``: rows of class i answered as j. */
export interface TargetTest {
  target: string;
  task: string;
  classes: string[];
  confusion: number[][] | null;
  per_class: ClassScore[];
  calibration: CalibrationBin[];
  residuals: Residuals | null;
}

/** How well the model answers the rows of a part. */
export interface Test {
  part: "examples" | "train" | "test" | "tried";
  n: number;
  metrics: Record<string, number>;
  baseline: Record<string, number>;
  intervals: Record<string, [number, number]>;
  targets: TargetTest[];
}
