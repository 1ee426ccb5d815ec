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

/** What the page needs first. */
export interface Session {
  version: string;
  opened: Opened[];
  page: "data" | "inside" | "guide";
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

/** A layer: its shapes for one example, and how its number of parameters comes about.
 *
 * ``vectors`` names the array whose rows are vectors of words, categories or numbers, if any.
 */
export interface Layer {
  name: string;
  family: string;
  settings: Record<string, Json>;
  in_shape: number[];
  out_shape: number[];
  n_parameters: number;
  parameters: Parameter[];
  arithmetic: string;
  vectors: string | null;
}

/** All of a model but its numbers.
 *
 * ``outputs`` names the units of the output layer; ``classes`` is empty where there are none.
 * ``parts`` says how many examples can be asked for, by part; ``why_no_rows`` why those of the
 * data cannot. ``members`` is how many networks an ensemble is the mean of: member k is the
 * model ``<id>.<k>``, k from 0. ``learning_rate`` is that of its training; by ``temperature``
 * logits are divided before they become probabilities.
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
  settings: Record<string, Json>;
  reasons: Record<string, string>;
  parts: Record<string, number>;
  why_no_rows: string | null;
  members: number | null;
  loss: string;
  temperature: number;
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

/** A value that is seen: where to fetch it, a PNG, and its height and width in pixels.
 *
 * An address that begins with ``data:`` holds a small picture itself.
 *
 * ``sound`` is where to fetch what can be heard, a WAV; null where the sound itself is not there.
 */
export interface Media {
  url: string;
  kind: "image" | "spectrogram";
  height: number;
  width: number;
  sound?: string | null;
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
 * Of at most 1,024 numbers ``values`` are all of them, exact. Of more, ``strip`` holds whole
 * numbers from -127 to 127, of which each times ``scale`` is the largest, by its size, of so many
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

/** What a dense layer's ``unit`` gets from one of its inputs: ``product``, input · weight. */
export interface Connection {
  input: number;
  unit: number;
  product: number;
}

/** What one layer did with an example.
 *
 * ``details`` are gates, attention and the like; ``connections`` the 40 largest products of a
 * dense layer, by their size, in the order of its kernel, none of 0.
 */
export interface LayerTrace {
  name: string;
  pre_activations: Summary;
  activations: Summary;
  details: Record<string, Summary>;
  connections: Connection[];
}

/** Ask what happens to an example on its way through the network. */
export interface TraceRequest {
  example: string;
}

/** An example's way through the network.
 *
 * ``words`` are those that the network reads of each text, by column, one for each of the steps
 * that they fill, where it reads word by word; ``loss`` stands where the truth is known.
 */
export interface Trace {
  example: Example;
  words: Record<string, string[]>;
  encoded: Summary;
  layers: LayerTrace[];
  loss: number | null;
}

/** A row to be tried: by column, in the person's values; images as rows of pixels. */
export interface PredictRequest {
  values: Record<string, Json>;
}

/** A picture or a sound that was sent, in numbers as `PredictRequest` takes them. */
export interface Decoded {
  column: string;
  numbers: Json;
}

/** The way of a row that was tried, which from now on is an example by its id.
 *
 * ``notes`` tell of values that were taken for others, such as unknown categories.
 */
export interface Prediction {
  example: Example;
  words: Record<string, string[]>;
  encoded: Summary;
  layers: LayerTrace[];
  loss: number | null;
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

/** A word, category or number that an example holds, and how much of it. */
export interface Held {
  entry: number;
  name: string;
  amount: number;
}

/** An entry whose vector points in a similar direction. */
export interface AlikeEntry {
  entry: number;
  name: string;
  cosine: number;
}

/** What a layer holds vectors of; ``entry`` is looked at, with those most like it.
 *
 * ``array`` names the layer's array that they are rows of; ``row`` is the entry's row in it.
 * ``held`` are at most 60 entries of the example. Without an example and an entry, nothing is
 * looked at, and ``entry`` is null.
 */
export interface Vectors {
  layer: string;
  array: string;
  n_entries: number;
  n_features: number;
  held: Held[];
  entry: number | null;
  row: number | null;
  name: string;
  vector: number[];
  nearest: AlikeEntry[];
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

/** What is known of projected rows for one target, each truth and answer a number.
 *
 * Of ``classes`` and ``clusters`` it is a place among ``labels``; of a ``label``, one of a set,
 * 0 or 1. Clusters have no truth.
 */
export interface ProjectedTarget {
  target: string;
  kind: "classes" | "clusters" | "label" | "numbers";
  labels: string[];
  truth: number[] | null;
  answer: number[];
}

/** Rows of a part as a layer sees them, on a plane: of ``n_rows`` those of ``rows``.
 *
 * ``shares`` of the variance lie along the axes, of a principal component analysis.
 */
export interface ProjectedRows {
  part: "examples" | "train" | "test" | "tried";
  layer: string;
  method: "pca" | "tsne";
  n_rows: number;
  n_features: number;
  rows: number[];
  x: number[];
  y: number[];
  shares: [number, number] | null;
  targets: ProjectedTarget[];
}

/** Ask for the training rows most like one; at most 50. */
export interface NearestRequest {
  example: string;
  n?: number;
}

/** A row, and its distance in the last hidden layer. */
export interface Near {
  example: Example;
  distance: number;
}

/** The rows most like one, the nearest first, among so many of a part. */
export interface Nearest {
  part: "examples" | "train" | "test" | "tried";
  looked_through: number;
  near: Near[];
}

/** Ask what would change an answer: to a class, or to any other; some columns stay fixed. */
export interface ChangesRequest {
  example: string;
  label?: string | null;
  fixed?: string[] | null;
}

/** One column's change; ``size`` in deviations of training, 1 for a category. */
export interface ColumnChange {
  column: string;
  before: Json;
  after: Json;
  size: number;
}

/** Changes that lead to another answer. */
export interface Counterfactual {
  changes: ColumnChange[];
  prediction: Json;
  probability: number;
}

/** What would change an answer, the smallest changes first; empty where nothing was found. */
export interface Changes {
  example: string;
  found: Counterfactual[];
}

/** A change of a copy of the network.
 *
 * ``switch_off``: ``units`` of a layer. ``prune``: the weakest share ``amount`` of a layer's
 * weights, or of all. ``shift_bias``: of the only one of ``units`` by ``amount``. ``add_noise``:
 * of ``amount`` deviations, to a layer or to all, with a ``seed``. ``retrain``: what comes before
 * it, learned on for ``amount`` epochs, as was asked for by a `RetrainingRequest`.
 */
export interface LabOperation {
  kind: "switch_off" | "prune" | "shift_bias" | "add_noise" | "retrain";
  layer?: string | null;
  units?: number[] | null;
  amount?: number | null;
  seed?: number;
}

/** Ask how good a copy is with these changes, made in this order. */
export interface LabRequest {
  operations: LabOperation[];
}

/** The share of a class's rows that is found, before and after. */
export interface LabClass {
  label: string;
  n: number;
  before: number;
  after: number;
}

/** A target's classes; none where it is a number. */
export interface LabTarget {
  target: string;
  classes: LabClass[];
}

/** Scores before and after, on so many rows of a part; how many weights there are, and at 0. */
export interface LabResult {
  part: "examples" | "train" | "test" | "tried";
  n: number;
  before: Record<string, number>;
  after: Record<string, number>;
  targets: LabTarget[];
  n_weights: number;
  n_zeros: number;
}

/** Ask for scores with more and more of the weakest weights gone, of a layer or of all. */
export interface PruningRequest {
  layer?: string | null;
}

/** Scores with a share of the weights gone. */
export interface PruningPoint {
  share: number;
  n_left: number;
  metrics: Record<string, number>;
}

/** Scores over shares of weights gone; ``main_metric`` sums them up. */
export interface PruningCurve {
  part: "examples" | "train" | "test" | "tried";
  n: number;
  main_metric: string;
  points: PruningPoint[];
}

/** A changed copy that was saved: the file, and the model as it can be looked into. */
export interface Saved {
  file: string;
  opened: Opened;
}

/** Let a copy with these changes learn on, its weights that are 0 held at 0. */
export interface RetrainingRequest {
  operations: LabOperation[];
  epochs: number;
}

/** How far a copy has come that learns on: epochs done, of how many, the last one's loss.
 *
 * ``stopped`` ones are kept as ``finished`` ones are.
 */
export interface Retraining {
  state: "none" | "learning" | "finished" | "stopped" | "failed";
  epoch: number;
  epochs: number;
  loss: number | null;
  problem: Problem | null;
}

/** Something to learn from; ``rows`` and ``columns`` of built-in sets. */
export interface Source {
  id: string;
  name: string;
  where: "builtin" | "given" | "upload";
  kind: string;
  rows: number | null;
  columns: number | null;
  summary: string;
}

/** All that can be learned from; ``endings`` and ``most_bytes`` of files that are taken. */
export interface Sources {
  sources: Source[];
  endings: string[];
  most_bytes: number;
}

/** A source, and what the person says of it; ``row`` is the example's, counted from 0. */
export interface DataRequest {
  source: string;
  settings?: Record<string, Json>;
  row?: number;
}

/** What was assumed about a column, why, and what else it could be. */
export interface Column {
  name: string;
  role: "input" | "target" | "dropped";
  kind: string;
  reason: string;
  alternative: string | null;
  alternative_reason: string | null;
  n_missing: number;
  n_distinct: number | null;
  examples: Json[];
  lowest: number | null;
  highest: number | null;
  mean: number | null;
  deviation: number | null;
  histogram: number[];
}

/** Something that looks wrong, or should be known; rows are counted from 1. */
export interface Found {
  code: string;
  severity: "serious" | "warning" | "note";
  text: string;
  columns: string[];
  rows: number[];
  n_rows: number;
  remedy: string;
}

/** A column that could be meant to be predicted. */
export interface Candidate {
  column: string;
  task: string;
  reason: string;
}

/** The rows of one part, and why there are so many. */
export interface PartOfRows {
  part: "train" | "validation" | "test";
  n_rows: number;
  reason: string;
}

/** How many of the rows to be learned from have a value of the target. */
export interface Share {
  value: string;
  n_rows: number;
}

/** What one column of the example becomes; of very many numbers, the first.
 *
 * ``picture`` has the numbers of an image, from 0 to 1, row by row, in ``shape`` (height, width,
 * channels).
 */
export interface Piece {
  column: string;
  kind: string;
  value: Json;
  names: string[];
  numbers: number[];
  n_numbers: number;
  shape: number[];
  picture: number[] | null;
}

/** A source as a training would take it.
 *
 * ``task`` is ``undecided`` where no target is named; ``candidates`` then says what it could be.
 * ``kinds`` are all that a column can be read as. ``notes`` are what whoever opened the source
 * should know, such as what stands in for it.
 */
export interface Data {
  source: string;
  name: string;
  origin: string;
  notes: string[];
  n_rows: number;
  n_features: number | null;
  targets: string[];
  task: string;
  task_reason: string;
  candidates: Candidate[];
  columns: Column[];
  findings: Found[];
  parts: PartOfRows[];
  balance: Share[];
  kinds: string[];
  row: number;
  pieces: Piece[];
}

/** Settings of a training; with ``measure``, its seconds are measured on a few steps. */
export interface PlanRequest {
  source: string;
  settings?: Record<string, Json>;
  measure?: boolean;
}

/** A layer that would be made: its shape for one example, and its parameters' number. */
export interface PlannedLayer {
  name: string;
  layer: string;
  out_shape: number[];
  n_parameters: number;
  arithmetic: string;
}

/** A setting that the page offers, and what it may be. */
export interface Choice {
  name: string;
  help: string;
  group: string;
  kind: string;
  choices: string[];
}

/** What would be trained, and why so; ``bytes`` of parameters, gradients, memory and data. */
export interface Plan {
  name: string;
  task: string;
  in_features: number;
  layers: PlannedLayer[];
  n_parameters: number;
  n_train: number;
  n_validation: number;
  n_test: number;
  epochs: number;
  steps_per_epoch: number;
  settings: Record<string, Json>;
  reasons: Record<string, string>;
  bytes: number;
  seconds: number | null;
  command: string;
  python: string;
  choices: Choice[];
}

/** What is known of a step after one of its operations, of its first examples.
 *
 * ``outputs`` and ``losses`` have a row for each of ``rows``; ``gradients`` and ``changes`` are
 * the lengths of each layer's arrays taken together.
 */
export interface Operation {
  operation: "forward" | "loss" | "backward" | "update";
  step: number;
  n_rows: number;
  rows: number[];
  outputs: number[][] | null;
  losses: number[][] | null;
  loss: number | null;
  learning_rate: number | null;
  gradients: Record<string, number> | null;
  changes: Record<string, number> | null;
}

/** The state that is looked at, while a training stands still.
 *
 * ``step`` steps were done, ``position`` of them in the unfinished epoch after ``epoch`` whole
 * ones. ``head`` is the newest step of the run. ``layers`` has what the probe measures of the
 * state, by layer.
 */
export interface Standing {
  step: number;
  head: number;
  epoch: number;
  position: number;
  steps_per_epoch: number;
  epochs: number;
  next_operation: "forward" | "loss" | "backward" | "update";
  operation: Operation | null;
  layers: Record<string, Record<string, number>>;
}

/** A run, as far as it has come.
 *
 * ``phase_done`` is the part of the phase that is done, 0 to 1, where it can be told.
 * ``is_open`` says that a process holds it, which trains it or shows its states. ``seconds`` is
 * how long the rest was expected to take when it began. ``model`` is the finished run's id among
 * the opened models.
 */
export interface Run {
  id: string;
  state: "starting" | "training" | "paused" | "finished" | "interrupted" | "diverged" | "failed" | "damaged";
  is_open: boolean;
  phase: string | null;
  phase_done: number | null;
  problem: Problem | null;
  step: number;
  epoch: number;
  position: number;
  steps_per_epoch: number | null;
  epochs: number | null;
  examples_per_second: number | null;
  seconds: number | null;
  standing: Standing | null;
  model: string | null;
}

/** What is new of a run; with ``fresh``, all lists begin anew.
 *
 * ``losses`` are pairs of a step and the mean loss of the ``steps_each`` steps from it on. The
 * first update has ``planned``: what is trained, and why so.
 */
export interface RunUpdate {
  version: number;
  run: Run;
  fresh: boolean;
  steps_each: number;
  losses: [number, number][];
  epochs: Record<string, Json>[];
  diagnoses: Record<string, Json>[];
  notes: Record<string, Json>[];
  planned: Record<string, Json> | null;
}

/** What a page says on the live line: the array that it wants to see; null: none. */
export interface Watch {
  layer: string | null;
  name: string | null;
}

/** Settings of a training that is to begin; ``source`` is a source's id. */
export interface RunRequest {
  source: string;
  settings: Record<string, Json>;
}

/** An order to a training.
 *
 * ``go_on`` also resumes a run that no process holds, and ``step`` or ``rewind`` open it first.
 */
export interface Command {
  command: "pause" | "go_on" | "step" | "rewind" | "finish" | "stop";
  unit?: "operation" | "batch" | "epoch" | null;
  step?: number | null;
}

/** Go on from a step with other settings, into a new run. */
export interface BranchRequest {
  step: number;
  settings: Record<string, Json>;
}

/** A run in the list of all: its summary, and how deep it lies below what it branched from. */
export interface RunEntry {
  run: Run;
  name: string;
  depth: number;
  parent: string | null;
  parent_step: number | null;
  source: string | null;
  target: string | null;
  task: string | null;
  began: string | null;
  score: string;
}

/** All runs of the working folder, each below the one that it was branched from. */
export interface Runs {
  runs: RunEntry[];
}

/** A step from which other settings hold: a branch; values before and after by name. */
export interface Mark {
  step: number;
  epoch: number;
  parent: string;
  changes: Record<string, Json[]>;
}

/** A run's steps; those between the recorded ones are computed from them. */
export interface Timeline {
  first_step: number;
  last_step: number;
  steps_per_epoch: number | null;
  recorded: number[];
  marks: Mark[];
  branches: Mark[];
  changeable: string[];
  settings: Record<string, Json>;
}

/** A row that two runs answer unlike; the example has the answers of the first. */
export interface Disagreement {
  example: Example;
  other: Answer[];
}

/** Two runs beside each other; pairs are of the first and the second.
 *
 * ``epochs`` are their histories. ``n_disagree`` of ``n_rows`` held-out rows are answered unlike,
 * the clearest of them in ``disagreements``; without them, ``why_no_rows`` says why.
 */
export interface Comparison {
  a: string;
  b: string;
  settings: Record<string, Json[]>;
  conditions: Record<string, Json[]>;
  metrics: Record<string, number[]>;
  same_weights: boolean | null;
  notes: string[];
  epochs: Record<string, Json>[][];
  n_rows: number;
  n_disagree: number;
  disagreements: Disagreement[];
  why_no_rows: string | null;
}

/** A layer's numbers after so many steps: how many lie in each of equal bins between two. */
export interface LayerHistogram {
  step: number;
  lowest: number;
  highest: number;
  counts: number[];
}

/** How a layer's numbers were distributed on the way, in at most 120 states of a run.
 *
 * ``of`` says which: its weights, their gradients in the step that follows, or what that step
 * added to them. ``layers`` are those with weights; ``layer`` is null where there are none yet.
 */
export interface LayerHistograms {
  of: "weights" | "gradients" | "updates";
  layer: string | null;
  layers: string[];
  states: LayerHistogram[];
}

/** A form that a model can be taken elsewhere in.
 *
 * ``file`` is what it is called; ``holds_rows`` whether rows of the data are in it, unless they
 * are left out; ``problem`` why the model cannot be brought into it; ``command`` what writes the
 * same in a terminal, where the model lies in a run of the working folder.
 */
export interface SharedForm {
  form: string;
  file: string;
  holds_rows: boolean;
  problem: Problem | null;
  command: string | null;
}

/** All forms. */
export interface Shares {
  forms: SharedForm[];
}
