/** One state of the network: what it does with a vector, and what it answers. */

import { softmax } from "$lib/engine/activations";
import type { Answer, Json } from "$lib/messages";
import type { Answering, Contents } from "./contents";
import type { Link } from "./engine/chain";
import { apply, type LayerSettings, memberOf, type Step } from "./engine/layers";
import { type Params, type Tensor, within } from "./engine/tensor";

export interface TracedLayer extends Step {
  name: string;
  inputs: Tensor;
}

export class Network {
  constructor(
    readonly layers: Contents["layers"],
    readonly params: Record<string, Params>,
    readonly answering: Answering,
    private readonly target: string,
  ) {}

  links(): Link[] {
    return this.layers.map((settings) => ({ settings, params: this.params[settings.name] ?? {} }));
  }

  /** One network of an ensemble by itself, its layers called `names`; null where this is none. */
  member(number: number, names: readonly string[]): Network | null {
    const last = this.layers.at(-1);
    if (last?.family !== "ensemble" || !(number >= 0 && number < Number(last["members"]))) return null;
    const outer = this.layers.slice(0, -1);
    const own = memberOf(this.params[last.name] ?? {}, number);
    const seen: Record<string, number> = {};
    const params = Object.fromEntries(outer.map(({ name }) => [name, this.params[name] ?? {}]));
    const inner = (last["layers"] as LayerSettings[]).map((layer, place) => {
      const count = (seen[layer.family] = (seen[layer.family] ?? 0) + 1);
      const name = names[outer.length + place] ?? "";
      params[name] = within(own, layer.name ?? `${layer.family}_${count}`);
      return { ...layer, name };
    });
    return new Network([...outer, ...inner], params, this.answering, this.target);
  }

  settings(name: string): LayerSettings | null {
    return this.layers.find((layer) => layer.name === name) ?? null;
  }

  trace(vector: Float64Array): TracedLayer[] {
    let inputs: Tensor = { shape: [vector.length], data: vector };
    return this.layers.map((layer) => {
      const step = apply(layer, this.params[layer.name] ?? {}, inputs);
      const traced = { name: layer.name, inputs, ...step };
      inputs = step.activations;
      return traced;
    });
  }

  answer(outputs: Float64Array): Answer {
    const how = this.answering;
    if (how.kind === "number") {
      return { target: this.target, prediction: numberOf(how, outputs[0] ?? 0), probabilities: [] };
    }
    const logits = [...outputs].map((output) => output / how.temperature);
    // One output alone is the second class's, beside a 0.
    const shares = softmax(logits.length === 1 ? [0, ...logits] : logits);
    const best = shares.indexOf(Math.max(...shares));
    return {
      target: this.target,
      prediction: (how.values[best] ?? null) as Json,
      probabilities: shares.map((probability, place) => ({ label: how.labels[place] ?? "", probability })),
    };
  }
}

function numberOf(how: Answering & { kind: "number" }, output: number): number {
  const plain = output * how.scale + how.mean;
  if (how.bend === null) return plain;
  const exponent = Math.min(Math.max(plain, 0), how.highest ?? Number.POSITIVE_INFINITY);
  return Math.expm1(exponent) * how.bend;
}
