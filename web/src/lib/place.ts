/**
 * Where the person is: a view and what is selected in it, written into the address after `#`.
 *
 * `#/inside/m1?example=3&layer=hidden_1&unit=17&weight=4,17` counts from 1, as people do; in the
 * program everything counts from 0.
 */

export type View = "guide" | "inside" | "test";
export type Part = "examples" | "train" | "test";

export interface Place {
  view: View;
  chapter: number;
  model: string;
  part: Part;
  example: number | null;
  layer: string | null;
  unit: number | null;
  /** Row and column of a weight in the layer's matrix. */
  weight: readonly [number, number] | null;
}

export const START: Place = {
  view: "guide",
  chapter: 0,
  model: "",
  part: "examples",
  example: null,
  layer: null,
  unit: null,
  weight: null,
};

const VIEWS: readonly string[] = ["guide", "inside", "test"];
const PARTS: readonly string[] = ["examples", "train", "test"];

export function read(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view = "", name = ""] = path.split("/");
  const found = new URLSearchParams(query);
  if (!VIEWS.includes(view)) return { ...START };
  const part = found.get("part") ?? "";
  return {
    view: view as View,
    chapter: view === "guide" ? (counted(name) ?? -1) + 1 : 0,
    model: view === "guide" ? "" : decodeURIComponent(name),
    part: PARTS.includes(part) ? (part as Part) : "examples",
    example: counted(found.get("example")),
    layer: found.get("layer"),
    unit: counted(found.get("unit")),
    weight: pair(found.get("weight")),
  };
}

export function write(place: Place): string {
  if (place.view === "guide") return place.chapter ? `#/guide/${place.chapter}` : "#/guide";
  const query = new URLSearchParams();
  if (place.part !== "examples") query.set("part", place.part);
  if (place.example !== null) query.set("example", String(place.example + 1));
  if (place.layer !== null) query.set("layer", place.layer);
  if (place.unit !== null) query.set("unit", String(place.unit + 1));
  if (place.weight) query.set("weight", place.weight.map((index) => index + 1).join(","));
  const text = query.toString().replace(/%2C/g, ",");
  return `#/${place.view}/${encodeURIComponent(place.model)}${text ? `?${text}` : ""}`;
}

/** From what people count to what the program counts; null for what is no such number. */
function counted(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) - 1 : null;
}

function pair(text: string | null): readonly [number, number] | null {
  const [row = null, column = null] = (text ?? "").split(",").map(counted);
  return row === null || column === null ? null : [row, column];
}
