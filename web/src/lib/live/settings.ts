/** Settings between what people write and what the server takes. */

import type { Choice, Json } from "../messages";

const NUMBERS = new Set(["number", "whole"]);

/** What a person wrote as the value of a setting; null leaves it open. The server checks it. */
export function chosenValue(choice: Pick<Choice, "kind">, text: string): Json {
  const plain = text.trim();
  if (!plain) return null;
  if (NUMBERS.has(choice.kind) && Number.isFinite(Number(plain))) return Number(plain);
  return plain;
}

/** A value as people write it: `128, 64`; `none` for an empty list. */
export function shownValue(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.length ? value.join(", ") : "none";
  if (typeof value === "string") return value.replaceAll(",", ", ").replaceAll(",  ", ", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
