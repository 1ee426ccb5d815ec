/** Arrays of any shape, row by row in one list; computed in 64 bits from the engine's 32-bit weights. */

export interface Tensor {
  shape: readonly number[];
  data: Float64Array;
}

export type Params = Readonly<Record<string, Tensor>>;

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((total, each) => total * each, 1);
}

export function zeros(shape: readonly number[]): Tensor {
  return { shape, data: new Float64Array(sizeOf(shape)) };
}

/** How many numbers stand side by side along the last axis. */
export function lastOf({ shape }: Tensor): number {
  return shape.at(-1) ?? 1;
}

/** The same shape, each number from the old one and its place. */
export function mapped(of: Tensor, make: (value: number, index: number) => number): Tensor {
  return { shape: of.shape, data: of.data.map(make) };
}

/** A parameter; an error where it is missing, which the export never leaves out. */
export function needed(params: Params, name: string): Tensor {
  const found = params[name];
  if (!found) throw new Error(`the parameter ${name} is missing`);
  return found;
}

/** The parameters of an inner layer: those whose names begin with its name and a dot. */
export function within(params: Params, name: string): Params {
  const prefix = `${name}.`;
  const own = Object.entries(params).filter(([path]) => path.startsWith(prefix));
  return Object.fromEntries(own.map(([path, array]) => [path.slice(prefix.length), array]));
}
