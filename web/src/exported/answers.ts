/** Answers the questions that *Inside* asks a server, from what stands in the page. */

import type { Contribution, Example, Examples, Json, ModelDescription, Refusal, Session, Summary, Trace, Unit, Weight, Why } from "$lib/messages";
import { strings } from "$lib/strings";
import { flat as placeOf, indexOf } from "../views/inside/columns";
import { strongest } from "./connections";
import { type Contents, numbersOf, unpacked } from "./contents";
import { encode } from "./encoding";
import { framed } from "./frames";
import { Network, type TracedLayer } from "./network";
import { back, canLearn } from "./engine/backward";
import { breathing, type Breathe } from "./engine/breathing";
import { follow } from "./engine/chain";
import { measure } from "./engine/losses";
import { mapped, type Tensor } from "./engine/tensor";
import { OneWeight } from "./oneWeight";
import type { Mark } from "./parts";
import { why } from "./why";

const [MOST_EXACT, MOST_IN_STRIP, LARGEST, EXCITING] = [1024, 256, 20, 6];

/** As many rows as a batch, and a rate, where the training's own are not known. */
const [USUAL_BATCH, USUAL_RATE] = [32, 0.1];

interface Row {
  example: Example;
  vector: Float64Array;
  /** Null where it is not known, or there is no loss. */
  truth: number | null;
  words: Record<string, string[]>;
  marks: Record<string, Mark[]>;
}

/** A question that the page cannot answer, in the words of a server's refusal. */
class Unanswered extends Error {}

export class Answers {
  private readonly networks: Network[];
  private readonly rows: Row[];
  private readonly tried: Row[] = [];

  constructor(private readonly contents: Contents) {
    const { layers, answering, description, states, params } = contents;
    const target = description.targets[0] ?? "cluster";
    this.networks = [params, ...states.map((state) => state.params)].map(
      (own) => new Network(layers, unpacked(own), answering, target),
    );
    this.rows = contents.examples.map((example, place) => ({
      example,
      vector: Float64Array.from(numbersOf(contents.vectors[place] ?? "")),
      truth: contents.truths?.[place] ?? null,
      words: contents.words[place] ?? {},
      marks: contents.marks[place] ?? {},
    }));
  }

  /** The ids of the states, oldest first; `m1` is the finished network. */
  get states(): { id: string; step: number | null }[] {
    const earlier = this.contents.states.map(({ step }, place) => ({ id: `m${place + 2}`, step }));
    return [...earlier, { id: "m1", step: null }];
  }

  /** As `fetch` would answer for a path below `/api/`. */
  async reach(path: string, request: RequestInit): Promise<Response> {
    try {
      const found = await this.answer(path, request);
      return new Response(found instanceof ArrayBuffer ? found : JSON.stringify(found));
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      const refusal: Refusal = { error: { message: error.message, where: null, expected: null, remedy: null } };
      return new Response(JSON.stringify(refusal), { status: 404 });
    }
  }

  private network(id: string): Network | null {
    const [state = "", member] = id.slice(1).split(".");
    const whole = this.networks[Number(state) - 1] ?? null;
    if (member === undefined) return whole;
    return whole?.member(Number(member), this.contents.member?.layers.map(({ name }) => name) ?? []) ?? null;
  }

  private answer(address: string, request: RequestInit): object | Promise<object> {
    const [path = "", text = ""] = address.split("?");
    const query = new URLSearchParams(text);
    const body = request.body ? (JSON.parse(String(request.body)) as Record<string, unknown>) : {};
    const [, id = "", what, layer = "", name = ""] = path.split("/").map(decodeURIComponent);
    if (path === "session") return this.session();
    const network = this.network(id);
    if (!network) throw new Unanswered(path);
    if (what === undefined) return this.describe(id);
    if (what === "trace" && layer) {
      return framed(arrayOf(this.traced(network, query.get("example"), layer), name), query);
    }
    if (what === "trace") return this.trace(network, this.row(String(body["example"])));
    if (what === "examples") return this.examples(network, query);
    if (what === "test" && this.contents.test) return this.contents.test;
    if (what === "tensors") return framed(this.tensor(network, layer, name, query), query);
    if (what === "units") return this.unit(network, layer, name, query.get("example"));
    if (what === "why") return this.why(network, body, breathing(request.signal));
    if (what === "weight") return this.weight(network, body, breathing(request.signal));
    if (what === "predict") return this.predict(network, body["values"] as Record<string, Json>);
    throw new Unanswered(path);
  }

  private session(): Session {
    const { name } = this.contents.description;
    const opened = [{ id: "m1", name, kind: "model" as const }];
    return { version: this.contents.version, opened, page: "inside" };
  }

  private describe(id: string): ModelDescription {
    const { description, member } = this.contents;
    const [, number] = id.split(".");
    if (number !== undefined && member) {
      return { ...member, id, name: `${description.name}, member ${Number(number) + 1}`, metrics: {}, baseline: {} };
    }
    return id === "m1" ? description : { ...description, id, metrics: {}, baseline: {} };
  }

  private why(network: Network, body: Record<string, unknown>, breathe: Breathe): Promise<Why> {
    const { example, vector, words, marks } = this.row(String(body["example"]));
    const { description, baseline, unit } = this.contents;
    const settled = { description, baseline: { vector: Float64Array.from(numbersOf(baseline.vector)), told: baseline.told }, unit };
    const label = typeof body["label"] === "string" ? body["label"] : null;
    const how = network.answering;
    if (label !== null && how.kind !== "number" && !how.labels.includes(label)) throw new Unanswered(label);
    return why(network, settled, { id: example.id, values: example.values, vector, words, marks }, label, breathe);
  }

  /** The loss over one weight, of rows in the page. */
  private async weight(network: Network, body: Record<string, unknown>, breathe: Breathe): Promise<Weight> {
    const { contents } = this;
    const [layer, name, index] = [String(body["layer"]), String(body["name"]), body["index"] as number[]];
    const ofOne = body["on"] === "example";
    const { settings, learning_rate: usual } = contents.description;
    const n = body["on"] === "all" ? this.rows.length : Number(settings["batch_size"] ?? USUAL_BATCH);
    const rows = ofOne ? [this.row(String(body["example"]))] : this.rows.slice(0, n);
    const known = rows.flatMap(({ vector, truth }) => (truth === null ? [] : [{ vector, truth }]));
    if (!contents.loss || !known.length) throw new Unanswered(strings.exported.noTruth);
    const place = network.layers.findIndex((each) => each.name === layer);
    const one = new OneWeight(network.links(), place, name, index, contents.loss, known);
    const ends = [body["lowest"], body["highest"]].map((end) => (typeof end === "number" ? end : null)) as [number | null, number | null];
    const found = await one.curve(ends, breathe);
    const rate = typeof body["learning_rate"] === "number" ? body["learning_rate"] : (usual ?? USUAL_RATE);
    const next = one.value - rate * found.slope;
    return {
      layer,
      name,
      index,
      now: found.now,
      curve: found.curve,
      slope: found.slope,
      learning_rate: rate,
      step: { weight: next, loss: one.lossAt(next) },
      lowest: found.lowest,
      rows: ofOne ? String(body["example"]) : contents.part,
      n_rows: found.nRows,
    };
  }

  /** The slopes of an example's loss in an array of parameters. */
  private gradient(network: Network, layer: string, name: string, example: string | null): Tensor {
    const { vector, truth } = this.row(example ?? "");
    const { loss } = this.contents;
    if (truth === null || !loss) throw new Unanswered(strings.exported.noTruth);
    const from = network.layers.findIndex((each) => each.name === layer);
    const closed = network.layers.slice(Math.max(0, from)).filter((each) => !canLearn([each]));
    if (closed.length) throw new Unanswered(strings.exported.noGradient(closed.map(({ family }) => family).join(", ")));
    const steps = follow(network.links(), { shape: [vector.length], data: vector });
    const outputs = steps.at(-1)?.activations;
    if (!outputs) throw new Unanswered(layer);
    let { slope } = measure(loss, outputs, truth);
    for (let place = steps.length - 1; place >= 0; place--) {
      const step = steps[place];
      if (!step) break;
      const isOwn = step.settings.name === layer;
      const found = back(step, { shape: step.activations.shape, data: slope.data }, isOwn);
      if (isOwn) {
        const own = found.params[name];
        if (own) return own;
        break;
      }
      slope = found.inputs;
    }
    throw new Unanswered(`${layer}/${name}`);
  }

  private row(id: string): Row {
    const [part, place = ""] = id.split(":");
    const found = (part === "tried" ? this.tried : this.rows)[Number(place)];
    if (!found) throw new Unanswered(id);
    return found;
  }

  private traced(network: Network, example: string | null, layer: string): TracedLayer {
    const found = network.trace(this.row(example ?? "").vector).find(({ name }) => name === layer);
    if (!found) throw new Unanswered(layer);
    return found;
  }

  private trace(network: Network, row: Row): Trace {
    const steps = network.trace(row.vector);
    return {
      example: this.told(network, row, steps),
      words: row.words,
      encoded: summarised({ shape: [row.vector.length], data: row.vector }),
      layers: steps.map(({ name, inputs, preActivations, activations, details }) => ({
        name,
        pre_activations: summarised(preActivations),
        activations: summarised(activations),
        // In the order in which the server tells them.
        details: Object.fromEntries(Object.keys(details ?? {}).sort().map((what) => [what, summarised(details?.[what] as Tensor)])),
        connections: strongest(inputs, network.params[name]?.["kernel"]),
      })),
      loss: null,
    };
  }

  /** The example with what this state of the network answers. */
  private told(network: Network, { example, vector }: Row, steps = network.trace(vector)): Example {
    const answer = network.answer(steps.at(-1)?.activations.data ?? new Float64Array());
    const truth = example.truth[answer.target];
    const isKnown = answer.probabilities.length > 0 && truth !== null && truth !== undefined;
    return {
      ...example,
      answers: [answer],
      correct: isKnown ? { [answer.target]: String(truth) === String(answer.prediction) } : {},
    };
  }

  /** Rows, chosen and sorted as the server does. */
  private examples(network: Network, query: URLSearchParams): Examples {
    const wanted = [query.get("truth"), query.get("prediction")] as const;
    const only = query.get("only") ?? "all";
    const found = this.rows
      .map((row) => this.told(network, row))
      .filter(({ truth, answers, correct }) => {
        const [answer] = answers;
        const own = [String(truth[answer?.target ?? ""]), String(answer?.prediction)];
        const isRight = Object.values(correct)[0];
        return wanted.every((each, at) => each === null || each === own[at]) && (only === "all" || isRight === (only === "right"));
      });
    const sort = query.get("sort") ?? "row";
    const sure = ({ answers }: Example): number => Math.max(...(answers[0]?.probabilities ?? []).map(({ probability }) => probability));
    if (sort !== "row") found.sort((one, other) => (sort === "sure" ? sure(other) - sure(one) : sure(one) - sure(other)));
    const examples = found.slice(0, Number(query.get("n") ?? found.length));
    return { part: this.contents.part, start: 0, total: found.length, examples };
  }

  private predict(network: Network, values: Record<string, Json>): object {
    const { fields } = this.contents;
    if (!fields) throw new Unanswered("predict");
    const vector = encode(fields, values);
    const plain = Object.fromEntries(Object.entries(values).filter(([, value]) => !Array.isArray(value)));
    const id = `tried:${this.tried.length}`;
    const row = { example: { id, values: plain, media: {}, truth: {}, answers: [], correct: {} }, vector, truth: null, words: {}, marks: {} };
    this.tried.push(row);
    return { ...this.trace(network, row), notes: [] };
  }

  private tensor(network: Network, layer: string, name: string, query: URLSearchParams): Tensor {
    const whole = network.params[layer]?.[name];
    if (!whole) throw new Unanswered(`${layer}/${name}`);
    if (query.get("what") === "gradient") return this.gradient(network, layer, name, query.get("example"));
    if (query.get("what") !== "input_times_weight") return whole;
    const { inputs } = this.traced(network, query.get("example"), layer);
    const columns = whole.shape[1] ?? 1;
    return mapped(whole, (weight, at) => weight * (inputs.data[Math.floor(at / columns)] ?? 0));
  }

  /** The description that tells of a network's layers: a member of an ensemble has its own. */
  private described(network: Network): ModelDescription {
    const { description, member } = this.contents;
    return member && !this.networks.includes(network) ? member : description;
  }

  private unit(network: Network, layer: string, text: string, example: string | null): Unit {
    const index = text.split(",").map(Number);
    const { layers } = this.described(network);
    const description = layers.find(({ name }) => name === layer);
    if (!description) throw new Unanswered(layer);
    const params = network.params[layer] ?? {};
    const settings = network.settings(layer);
    const last = index.at(-1) ?? 0;
    const isLast = layers.at(-1) === description;
    const found: Unit = {
      layer,
      index,
      name: isLast ? (this.contents.description.outputs[last] ?? "") : "",
      bias: params["bias"]?.data[last] ?? null,
      contributions: [],
      rest: 0,
      n_rest: 0,
      total: null,
      z: null,
      rounding: null,
      activation: null,
      function: String(settings?.["activation"] ?? "linear"),
      exciting: this.exciting(network, layer, placeOf(index, description.out_shape)),
      picture: this.picture(this.described(network), params["kernel"], layer, last),
    };
    if (example === null) return found;
    const traced = this.traced(network, example, layer);
    const at = placeOf(index, description.out_shape);
    found.z = traced.preActivations.data[at] ?? null;
    found.activation = traced.activations.data[at] ?? null;
    const kernel = params["kernel"];
    if (settings?.family !== "dense" || !kernel || traced.inputs.shape.length !== 1) return found;
    const names = layers[0]?.name === layer ? this.inputNames() : [];
    const all = contributions(kernel, traced.inputs, last, names);
    const sorted = [...all].sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
    found.contributions = sorted.slice(0, LARGEST);
    found.rest = sorted.slice(LARGEST).reduce((sum, { product }) => sum + product, 0);
    found.n_rest = Math.max(0, sorted.length - LARGEST);
    found.total = (found.bias ?? 0) + all.reduce((sum, { product }) => sum + product, 0);
    return found;
  }

  private inputNames(): string[] {
    return this.contents.description.input_blocks.flatMap(({ size, names }) => names ?? Array<string>(size).fill(""));
  }

  /** The examples of the page in which a unit is largest. */
  private exciting(network: Network, layer: string, at: number): Unit["exciting"] {
    return this.rows
      .map((row) => {
        const steps = network.trace(row.vector);
        const own = steps.find(({ name }) => name === layer);
        return { row, steps, activation: own?.activations.data[at] ?? 0 };
      })
      .sort((one, other) => other.activation - one.activation)
      .slice(0, EXCITING)
      .map(({ row, steps, activation }) => ({ example: this.told(network, row, steps), activation }));
  }

  /** The weights of an image in its shape, or of a filter; those of colours are added. */
  private picture(description: ModelDescription, kernel: Tensor | undefined, layer: string, unit: number): number[][] | null {
    const { input_blocks: blocks, layers } = description;
    const [block] = blocks;
    if (!kernel) return null;
    const isFirst = layers[0]?.name === layer && blocks.length === 1 && block?.kind === "image" && kernel.shape.length === 2;
    const shape = isFirst ? (block?.shape ?? []) : kernel.shape.length === 4 ? kernel.shape.slice(0, 3) : [];
    if (shape.length < 2) return null;
    const units = kernel.shape.at(-1) ?? 1;
    const [rows = 1, columns = 1, channels = 1] = shape;
    const grid = Array.from({ length: rows }, () => Array<number>(columns).fill(0));
    for (let place = 0; place < rows * columns * channels; place++) {
      const [row = 0, column = 0] = indexOf(place, [rows, columns, channels]);
      grid[row]![column]! += kernel.data[place * units + unit] ?? 0;
    }
    return grid;
  }
}

function contributions(kernel: Tensor, inputs: Tensor, unit: number, names: readonly string[]): Contribution[] {
  const units = kernel.shape[1] ?? 1;
  return Array.from(inputs.data, (input, row) => {
    const weight = kernel.data[row * units + unit] ?? 0;
    return { index: [row], name: names[row] ?? "", input, weight, product: input * weight };
  });
}

/** One array of a layer's trace, by the name that it has in questions. */
function arrayOf(traced: TracedLayer, name: string): Tensor {
  const own = { inputs: traced.inputs, pre_activations: traced.preActivations, activations: traced.activations };
  const found = own[name as keyof typeof own] ?? traced.details?.[name];
  if (!found) throw new Unanswered(name);
  return found;
}

function summarised({ shape, data }: Tensor): Summary {
  const [low, high] = [Math.min(...data), Math.max(...data)];
  const scale = Math.max(Math.abs(low), Math.abs(high)) / 127 || 1;
  const each = Math.ceil(data.length / MOST_IN_STRIP);
  const strongest = (at: number): number =>
    data.subarray(at * each, (at + 1) * each).reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  const isLong = data.length > MOST_EXACT;
  return {
    shape: [...shape],
    values: isLong ? null : [...data],
    strip: isLong ? Array.from({ length: Math.ceil(data.length / each) }, (_, at) => Math.round(strongest(at) / scale)) : null,
    scale,
    lowest: low,
    highest: high,
    mean: data.reduce((sum, value) => sum + value, 0) / Math.max(1, data.length),
    zeros: data.filter((value) => value === 0).length / Math.max(1, data.length),
  };
}
