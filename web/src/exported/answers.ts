/** Answers the questions that *Inside* asks a server, from what stands in the page. */

import type { Contribution, Example, Examples, Json, ModelDescription, Refusal, Session, Summary, Trace, Unit } from "$lib/messages";
import { flat as placeOf, indexOf } from "../views/inside/columns";
import { type Contents, numbersOf, unpacked } from "./contents";
import { encode } from "./encoding";
import { framed } from "./frames";
import { Network, type TracedLayer } from "./network";
import { mapped, type Tensor } from "./engine/tensor";

const [MOST_EXACT, MOST_IN_STRIP, LARGEST, EXCITING] = [64, 256, 20, 6];

interface Row {
  example: Example;
  vector: Float64Array;
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
      const found = this.answer(path, request);
      return new Response(found instanceof ArrayBuffer ? found : JSON.stringify(found));
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      const refusal: Refusal = { error: { message: error.message, where: null, expected: null, remedy: null } };
      return new Response(JSON.stringify(refusal), { status: 404 });
    }
  }

  private answer(address: string, request: RequestInit): object {
    const [path = "", text = ""] = address.split("?");
    const query = new URLSearchParams(text);
    const body = request.body ? (JSON.parse(String(request.body)) as Record<string, unknown>) : {};
    const [, id = "", what, layer = "", name = ""] = path.split("/").map(decodeURIComponent);
    if (path === "session") return this.session();
    const network = this.networks[Number(id.slice(1)) - 1];
    if (!network) throw new Unanswered(path);
    if (what === undefined) return this.describe(id);
    if (what === "trace" && layer) {
      return framed(this.traced(network, query.get("example"), layer)[name as "activations"], query);
    }
    if (what === "trace") return this.trace(network, this.row(String(body["example"])));
    if (what === "examples") return this.examples(network, query);
    if (what === "test" && this.contents.test) return this.contents.test;
    if (what === "tensors") return framed(this.tensor(network, layer, name, query), query);
    if (what === "units") return this.unit(network, layer, name, query.get("example"));
    if (what === "predict") return this.predict(network, body["values"] as Record<string, Json>);
    throw new Unanswered(path);
  }

  private session(): Session {
    const { name } = this.contents.description;
    const opened = [{ id: "m1", name, kind: "model" as const }];
    return { version: this.contents.version, opened, page: "inside" };
  }

  private describe(id: string): ModelDescription {
    const { description } = this.contents;
    return id === "m1" ? description : { ...description, id, metrics: {}, baseline: {} };
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
      encoded: summarised({ shape: [row.vector.length], data: row.vector }),
      layers: steps.map(({ name, inputs, preActivations, activations }) => ({
        name,
        inputs: summarised(inputs),
        pre_activations: summarised(preActivations),
        activations: summarised(activations),
        details: {},
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
    const row = { example: { id, values: plain, media: {}, truth: {}, answers: [], correct: {} }, vector };
    this.tried.push(row);
    const encoded = summarised({ shape: [vector.length], data: vector });
    return { example: this.told(network, row), encoded, notes: [] };
  }

  private tensor(network: Network, layer: string, name: string, query: URLSearchParams): Tensor {
    const whole = network.params[layer]?.[name];
    if (!whole) throw new Unanswered(`${layer}/${name}`);
    if (query.get("what") !== "input_times_weight") return whole;
    const { inputs } = this.traced(network, query.get("example"), layer);
    const columns = whole.shape[1] ?? 1;
    return mapped(whole, (weight, at) => weight * (inputs.data[Math.floor(at / columns)] ?? 0));
  }

  private unit(network: Network, layer: string, text: string, example: string | null): Unit {
    const index = text.split(",").map(Number);
    const description = this.contents.description.layers.find(({ name }) => name === layer);
    if (!description) throw new Unanswered(layer);
    const params = network.params[layer] ?? {};
    const settings = network.settings(layer);
    const last = index.at(-1) ?? 0;
    const isLast = this.contents.description.layers.at(-1) === description;
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
      picture: this.picture(params["kernel"], layer, last),
    };
    if (example === null) return found;
    const traced = this.traced(network, example, layer);
    const at = placeOf(index, description.out_shape);
    found.z = traced.preActivations.data[at] ?? null;
    found.activation = traced.activations.data[at] ?? null;
    const kernel = params["kernel"];
    if (settings?.family !== "dense" || !kernel || traced.inputs.shape.length !== 1) return found;
    const all = this.contributions(kernel, traced.inputs, last, layer);
    const sorted = [...all].sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
    found.contributions = sorted.slice(0, LARGEST);
    found.rest = sorted.slice(LARGEST).reduce((sum, { product }) => sum + product, 0);
    found.n_rest = Math.max(0, sorted.length - LARGEST);
    found.total = (found.bias ?? 0) + all.reduce((sum, { product }) => sum + product, 0);
    return found;
  }

  private contributions(kernel: Tensor, inputs: Tensor, unit: number, layer: string): Contribution[] {
    const units = kernel.shape[1] ?? 1;
    const names = this.contents.description.layers[0]?.name === layer ? this.inputNames() : [];
    return Array.from(inputs.data, (input, row) => {
      const weight = kernel.data[row * units + unit] ?? 0;
      return { index: [row], name: names[row] ?? "", input, weight, product: input * weight };
    });
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
  private picture(kernel: Tensor | undefined, layer: string, unit: number): number[][] | null {
    const { input_blocks: blocks, layers } = this.contents.description;
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
