/** Text of the catalogue in pieces: words, words set off, formulas. */

export interface Piece {
  kind: "text" | "strong" | "formula";
  text: string;
}

export function pieces(text: string): Piece[] {
  return text
    .split(/(\$[^$]*\$|\*[^*]+\*)/)
    .filter(Boolean)
    .map((part) => {
      if (part.startsWith("$")) return { kind: "formula", text: part.slice(1, -1) };
      if (part.startsWith("*")) return { kind: "strong", text: part.slice(1, -1) };
      return { kind: "text", text: part };
    });
}
