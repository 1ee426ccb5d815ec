import { describe, expect, it } from "vitest";
import { strongest } from "./connections";

const tensor = (data: number[], shape: number[]) => ({ shape, data: Float64Array.from(data) });

describe("the connections that are drawn", () => {
  it("are the largest products of input and weight, whatever their sign", () => {
    // Inputs 1 and 2: products 0.1, -3, 0 and 4, 0.4, -0.6.
    const found = strongest(tensor([1, 2], [2]), tensor([0.1, -3, 0, 2, 0.2, -0.3], [2, 3]), 2);
    expect(found).toEqual([{ input: 0, unit: 1, product: -3 }, { input: 1, unit: 0, product: 4 }]);
  });

  it("are none of product 0, and not more than wanted among equals", () => {
    expect(strongest(tensor([0, 0], [2]), tensor([1, 1, 1, 1], [2, 2]))).toEqual([]);
    const equal = strongest(tensor([1, 1], [2]), tensor([1, 1, 1, 1], [2, 2]), 3);
    expect(equal.map(({ input, unit }) => [input, unit])).toEqual([[0, 0], [0, 1], [1, 0]]);
  });

  it("are none of layers that are not dense", () => {
    expect(strongest(tensor([1, 2], [2]), undefined)).toEqual([]);
    expect(strongest(tensor([1, 2], [1, 2]), tensor([1, 1, 1, 1], [2, 2]))).toEqual([]);
  });
});
