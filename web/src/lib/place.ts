/**
 * Where the person is: a view and what is selected in it, written into the address after `#`.
 *
 * `#/inside/m1?example=3&layer=hidden_1&unit=17&weight=4,17` counts from 1, as people do; in the
 * program everything counts from 0. `#/data/iris` and `#/build/iris` name a source, `#/train/iris-1`
 * a run, `#/compare/iris-1?with=iris-2` two.
 */

export type View = "guide" | "data" | "build" | "train" | "inside" | "test" | "lab" | "compare" | "share";
/** What the rail leads to; sharing begins at the model that is shared. */
export type Stop = Exclude<View, "share">;
export type Part = "examples" | "train" | "test" | "tried";

export type Index = readonly number[];

export interface Place {
  view: View;
  chapter: number;
  source: string;
  run: string;
  /** The run that it is compared with. */
  other: string;
  model: string;
  part: Part;
  example: number | null;
  layer: string | null;
  /** A unit's index: one number, or several in a feature map. */
  unit: Index | null;
  /** Which of the layer's arrays is looked at; the first, where it is null. */
  array: string | null;
  /** A weight's index in that array: row and column, in a matrix. */
  weight: Index | null;
}

export const START: Place = {
  view: "guide",
  chapter: 0,
  source: "",
  run: "",
  other: "",
  model: "",
  part: "examples",
  example: null,
  layer: null,
  unit: null,
  array: null,
  weight: null,
};

const VIEWS: readonly string[] = ["guide", "data", "build", "train", "inside", "test", "lab", "compare", "share"];
/** What the name after a view is of. */
const NAMED: Record<Exclude<View, "guide">, "source" | "run" | "model"> = {
  data: "source", build: "source", train: "run", compare: "run", inside: "model", test: "model",
  lab: "model", share: "model",
};
const PARTS: readonly string[] = ["examples", "train", "test", "tried"];

export function read(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view = "", name = ""] = path.split("/");
  const found = new URLSearchParams(query);
  if (!VIEWS.includes(view)) return { ...START };
  if (view === "guide") return { ...START, chapter: (counted(name) ?? -1) + 1 };
  const part = found.get("part") ?? "";
  return {
    ...START,
    view: view as View,
    other: found.get("with") ?? "",
    [NAMED[view as keyof typeof NAMED]]: decodeURIComponent(name),
    part: PARTS.includes(part) ? (part as Part) : "examples",
    example: counted(found.get("example")),
    layer: found.get("layer"),
    unit: indexOf(found.get("unit")),
    array: found.get("array"),
    weight: indexOf(found.get("weight")),
  };
}

export function write(place: Place): string {
  if (place.view === "guide") return place.chapter ? `#/guide/${place.chapter}` : "#/guide";
  const query = new URLSearchParams();
  if (place.view === "compare" && place.other) query.set("with", place.other);
  const named = NAMED[place.view];
  if (named !== "model") return address(place.view, place[named], query);
  if (place.part !== "examples") query.set("part", place.part);
  if (place.example !== null) query.set("example", String(place.example + 1));
  if (place.layer !== null) query.set("layer", place.layer);
  if (place.unit) query.set("unit", counting(place.unit));
  if (place.array !== null) query.set("array", place.array);
  if (place.weight) query.set("weight", counting(place.weight));
  return address(place.view, place.model, query);
}

function address(view: View, name: string, query: URLSearchParams): string {
  const text = query.toString().replace(/%2C/g, ",");
  return `#/${view}${name ? `/${encodeURIComponent(name)}` : ""}${text ? `?${text}` : ""}`;
}

/**
 * An index of an array as people write it, `17,4`, `17 4`, or with the array's name, `W2[17,4]`; null for what is none,
 * or lies beyond the array.
 */
export function placeIn(written: string, name: string, shape: readonly number[]): Index | null {
  const plain = written.trim();
  const named = plain.endsWith("]") && plain.toLowerCase().startsWith(`${name.toLowerCase()}[`);
  const inner = named ? plain.slice(name.length + 1, -1) : plain;
  const index = inner.split(/[\s,;]+/).filter(Boolean).map(counted);
  const fits = index.length === shape.length && index.every((each, axis) => each !== null && each < (shape[axis] ?? 0));
  return fits ? (index as number[]) : null;
}

/** From what people count to what the program counts; null for what is no such number. */
function counted(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) - 1 : null;
}

function indexOf(text: string | null): Index | null {
  const found = (text ?? "").split(",").map(counted);
  return found.every((each) => each !== null) ? found : null;
}

/** An index as people count: `[3, 16]` is "4,17". */
export function counting(index: Index): string {
  return index.map((each) => each + 1).join(",");
}
