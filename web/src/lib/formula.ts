/**
 * Formulas as MathML, from a small part of TeX, which browsers draw themselves.
 *
 * Known are letters, numbers, `_` and `^` with one sign or a group, groups in braces,
 * `\frac{}{}`, `\hat{}`, `\text{}`, names such as `\sigma`, and `\plus{}`, `\minus{}` and `\mark{}`,
 * which colour a part as positive, negative, or as what the person changes.
 */

const NAMES: Record<string, string> = {
  alpha: "α", eta: "η", sigma: "σ", theta: "θ", Delta: "Δ", partial: "∂", sum: "∑",
  cdot: "·", times: "×", to: "→", gets: "←", approx: "≈", infty: "∞", le: "≤", ge: "≥", ldots: "…",
  prime: "′",
};
/** They stay as they are: what is within never grows tall here. */
const BRACKETS = ['<mo stretchy="false">(</mo>', '<mo stretchy="false">)</mo>'] as const;
const FUNCTIONS = new Set(["tanh", "ln", "exp", "max", "softmax", "relu", "sigmoid"]);
const CLASSES: Record<string, string> = { plus: "positive", minus: "negative", mark: "mark" };

/** Return the MathML of a formula, for `{@html}`; every text in it is escaped. */
export function mathml(source: string): string {
  const reader = new Reader(source);
  const inside = reader.row("");
  return `<math>${inside}</math>`;
}

/** A number as the page writes it, for a formula; brackets keep its sign apart from others. */
export function numeral(text: string, bracketed = true): string {
  const plain = text
    .replace("−", "-")
    .replace(/·10([⁻⁰¹²³⁴-⁹]+)/, (_, raised: string) => `\\cdot 10^{${lowered(raised)}}`);
  return bracketed && plain.startsWith("-") ? `(${plain})` : plain;
}

function lowered(raised: string): string {
  return [...raised].map((each) => (each === "⁻" ? "-" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(each)))).join("");
}

class Reader {
  private at = 0;

  constructor(private readonly source: string) {}

  /** Read up to `end`, or up to the end of all. */
  row(end: string): string {
    let parts = "";
    while (this.at < this.source.length && this.source[this.at] !== end) parts += this.scripted();
    if (end && this.source[this.at] !== end) throw new Error(`a "${end}" is missing: ${this.source}`);
    this.at += end.length;
    return parts;
  }

  private scripted(): string {
    const base = this.item();
    const below = this.script("_");
    const above = this.script("^");
    if (below && above) return `<msubsup>${base}${below}${above}</msubsup>`;
    if (below) return `<msub>${base}${below}</msub>`;
    return above ? `<msup>${base}${above}</msup>` : base;
  }

  private script(sign: string): string {
    if (this.source[this.at] !== sign) return "";
    this.at++;
    return this.item();
  }

  private item(): string {
    const rest = this.source.slice(this.at);
    const sign = rest[0] ?? "";
    if (sign === "{") {
      this.at++;
      return `<mrow>${this.row("}")}</mrow>`;
    }
    if (sign === "\\") return this.command();
    // A minus after nothing, a bracket or another sign belongs to its number.
    const isSigned = /(^|[({=·]|\\[a-z]+)\s*$/.test(this.source.slice(0, this.at));
    const number = (isSigned ? /^-?\d+(\u202f\d{3})*(\.\d+)?/ : /^\d+(\u202f\d{3})*(\.\d+)?/).exec(rest)?.[0];
    if (number) {
      this.at += number.length;
      return `<mn>${number.replace("-", "−")}</mn>`;
    }
    this.at++;
    if (sign === "(") return `<mrow>${BRACKETS[0]}${this.row(")")}${BRACKETS[1]}</mrow>`;
    if (sign === " ") return "";
    if (sign === "-") return "<mo>−</mo>";
    if (/[\p{L}∞]/u.test(sign)) return `<mi>${sign}</mi>`;
    // After an empty group it goes on from what stands before the formula, with room to both sides.
    const goesOn = this.source.slice(0, this.at - 1).trim() === "{}";
    return `<mo${goesOn ? ' form="infix"' : ""}>${escaped(sign)}</mo>`;
  }

  private command(): string {
    const name = /^\\([A-Za-z]+)\s?/.exec(this.source.slice(this.at));
    if (!name?.[1]) throw new Error(`a name must follow the backslash: ${this.source}`);
    this.at += name[0].length;
    const word = name[1];
    if (word === "frac") return `<mfrac>${this.group()}${this.group()}</mfrac>`;
    if (word === "hat") return `<mover accent="true">${this.group()}<mo>^</mo></mover>`;
    if (word === "half") return "<mn>½</mn>";
    if (word === "text") return `<mtext>${escaped(this.plain())}</mtext>`;
    if (word in CLASSES) return `<mrow class="${CLASSES[word]}">${this.group()}</mrow>`;
    if (FUNCTIONS.has(word)) return `<mi class="name">${word}</mi>`;
    const known = NAMES[word];
    if (!known) throw new Error(`"\\${word}" is unknown: ${this.source}`);
    return /\p{L}/u.test(known) ? `<mi>${known}</mi>` : `<mo>${known}</mo>`;
  }

  private group(): string {
    if (this.source[this.at] !== "{") throw new Error(`a group in braces is missing: ${this.source}`);
    return this.item();
  }

  private plain(): string {
    const end = this.source.indexOf("}", this.at);
    const text = this.source.slice(this.at + 1, end);
    this.at = end + 1;
    return text;
  }
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
