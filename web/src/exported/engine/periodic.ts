/** Waves of some inputs, weighed, behind all inputs; forwards and back. As the engine's `nn/periodic.py`. */

import { activated, activatedBack } from "./activations";
import type { Slopes, Traced } from "./backward";
import type { LayerSettings } from "./layers";
import { needed, type Params, type Tensor, zeros } from "./tensor";

const TURN = 2 * Math.PI;

interface Waves {
  columns: readonly number[];
  /** Angles, (columns, frequencies). */
  angles: Float64Array;
  frequencies: number;
  /** Before the bend, (columns, size). */
  sums: Tensor;
}

function wavesOf(settings: LayerSettings, params: Params, inputs: Tensor): Waves {
  const given = settings["columns"] as readonly number[];
  const columns = given.length ? given : [...inputs.data.keys()];
  const [all, phases, kernel, bias] = ["frequencies", "phases", "kernel", "bias"].map((name) => needed(params, name)) as [Tensor, Tensor, Tensor, Tensor];
  const frequencies = all.shape[1] ?? 1;
  const size = Number(settings["size"]);
  const angles = all.data.map((frequency, at) => {
    const x = inputs.data[columns[Math.floor(at / frequencies)] ?? 0] ?? 0;
    return TURN * (x * frequency + (phases.data[at] ?? 0));
  });
  const sums = { shape: bias.shape, data: Float64Array.from(bias.data) };
  for (const [at, angle] of angles.entries()) {
    const [column, wave] = [Math.floor(at / frequencies), Math.cos(angle)];
    for (let unit = 0; unit < size; unit++) sums.data[column * size + unit]! += wave * (kernel.data[at * size + unit] ?? 0);
  }
  return { columns, angles, frequencies, sums };
}

export function periodicEmbedding(settings: LayerSettings, params: Params, inputs: Tensor): Tensor {
  const embedded = activated(String(settings["bend"]), wavesOf(settings, params, inputs).sums);
  const data = Float64Array.from([...inputs.data, ...embedded.data]);
  return { shape: [data.length], data };
}

export function periodicEmbeddingBack({ settings, params, inputs }: Traced, slope: Tensor): Slopes {
  const { columns, angles, frequencies, sums } = wavesOf(settings, params, inputs);
  const bend = String(settings["bend"]);
  const behind = { shape: sums.shape, data: slope.data.slice(inputs.data.length) };
  const bias = activatedBack(bend, sums, activated(bend, sums), behind);
  const [all, kernel] = [needed(params, "frequencies"), needed(params, "kernel")];
  const size = Number(settings["size"]);
  const own = { frequencies: zeros(all.shape), phases: zeros(all.shape), kernel: zeros(kernel.shape), bias };
  const found = { shape: inputs.shape, data: slope.data.slice(0, inputs.data.length) };
  for (const [at, angle] of angles.entries()) {
    const column = Math.floor(at / frequencies);
    const input = columns[column] ?? 0;
    let ofWave = 0;
    for (let unit = 0; unit < size; unit++) {
      const each = bias.data[column * size + unit] ?? 0;
      own.kernel.data[at * size + unit] = Math.cos(angle) * each;
      ofWave += (kernel.data[at * size + unit] ?? 0) * each;
    }
    const ofPhase = -TURN * Math.sin(angle) * ofWave;
    own.phases.data[at] = ofPhase;
    own.frequencies.data[at] = ofPhase * (inputs.data[input] ?? 0);
    found.data[input]! += ofPhase * (all.data[at] ?? 0);
  }
  return { inputs: found, params: own };
}
