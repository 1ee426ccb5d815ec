/** A person's own values, as text. */

import type { Json } from "./messages";
import { format } from "./numbers";

const LONGEST = 300;

export function told(value: Json | undefined): string {
  if (value === null || value === undefined) return "—";
  if (typeof value === "number") return Number.isInteger(value) ? String(value).replace("-", "−") : format(value, 6);
  if (typeof value === "boolean") return value ? "True" : "False";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}
