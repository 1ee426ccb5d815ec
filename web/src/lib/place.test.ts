import { describe, expect, it } from "vitest";
import { type Place, placeIn, read, START, write } from "./place";

const INSIDE: Place = {
  ...START,
  view: "inside",
  model: "m1",
  part: "test",
  example: 2,
  layer: "hidden_1",
  unit: [16],
  array: "kernel",
  weight: [3, 16],
};

describe("the place in the address", () => {
  it("counts from 1 where people read it", () => {
    expect(write(INSIDE)).toBe(
      "#/inside/m1?part=test&example=3&layer=hidden_1&unit=17&array=kernel&weight=4,17",
    );
  });

  it.each([
    { ...START, view: "data" } as Place,
    { ...START, view: "build", source: "upload-a b.csv" } as Place,
    { ...START, view: "train", run: "iris-1" } as Place,
    { ...START, view: "compare", run: "iris-1", other: "iris-2" } as Place,
  ])("names sources and runs (%#)", (place) => {
    expect(read(write(place))).toEqual(place);
  });

  it.each([INSIDE, START, { ...START, chapter: 7 }, { ...START, view: "test", model: "m2" } as Place])(
    "leads back to itself (%#)",
    (place) => {
      expect(read(write(place))).toEqual(place);
    },
  );

  it.each(["", "#/nowhere", "#/inside/m1?unit=0&weight=4,x&part=all", "#/guide/x"])(
    "takes %s for a sound place",
    (hash) => {
      const place = read(hash);
      expect([place.unit, place.weight, place.part]).toEqual([null, null, "examples"]);
    },
  );
});

describe("a place in an array", () => {
  it.each(["17,4", "17 4", " 17; 4 ", "W2[17,4]", "w2[17, 4]"])("is read from %s", (written) => {
    expect(placeIn(written, "W2", [24, 17])).toEqual([16, 3]);
  });

  it.each(["", "17", "0,1", "25,1", "1,18", "1,2,3", "W1[17,4]", "abc", "1.5,2", "-1,2"])("is none in %s", (written) => {
    expect(placeIn(written, "W2", [24, 17])).toBeNull();
  });

  it("of a row is one number", () => {
    expect(placeIn("bias[3]", "bias", [5])).toEqual([2]);
  });
});
