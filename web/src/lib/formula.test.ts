import { describe, expect, it } from "vitest";
import { mathml, numeral } from "./formula";

describe("formulas", () => {
  it.each([
    ["w_{23}", "<msub><mi>w</mi><mrow><mn>23</mn></mrow></msub>"],
    ["-x^2", "<mo>−</mo><msup><mi>x</mi><mn>2</mn></msup>"],
    ["5-3", "<mn>5</mn><mo>−</mo><mn>3</mn>"],
    ["(-3)", '<mrow><mo stretchy="false">(</mo><mn>−3</mn><mo stretchy="false">)</mo></mrow>'],
    ["(y)^2", '<msup><mrow><mo stretchy="false">(</mo><mi>y</mi><mo stretchy="false">)</mo></mrow><mn>2</mn></msup>'],
    ["{} + 2", '<mrow></mrow><mo form="infix">+</mo><mn>2</mn>'],
    ["\\half y", "<mn>½</mn><mi>y</mi>"],
    ["2 \\cdot -3", "<mn>2</mn><mo>·</mo><mn>−3</mn>"],
    ["\\frac{1}{2}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>"],
    ["\\eta \\cdot 8", "<mi>η</mi><mo>·</mo><mn>8</mn>"],
    ["\\tanh(z)", '<mi class="name">tanh</mi><mrow><mo stretchy="false">(</mo><mi>z</mi><mo stretchy="false">)</mo></mrow>'],
    ["\\plus{0.5}", '<mrow class="positive"><mrow><mn>0.5</mn></mrow></mrow>'],
    ["100\u202f480 + 1", "<mn>100\u202f480</mn><mo>+</mo><mn>1</mn>"],
    ["\\hat{y}_1", '<msub><mover accent="true"><mrow><mi>y</mi></mrow><mo>^</mo></mover><mn>1</mn></msub>'],
  ])("%s", (source, expected) => {
    expect(mathml(source)).toBe(`<math>${expected}</math>`);
  });

  it.each([
    ["−0.5", "(-0.5)"],
    ["1.2·10⁻⁵", "1.2\\cdot 10^{-5}"],
    ["3", "3"],
  ])("takes the page's number %s", (written, expected) => {
    expect(numeral(written)).toBe(expected);
  });

  it("escapes the person's own words", () => {
    expect(mathml("\\text{<script>}")).toContain("<mtext>&lt;script&gt;</mtext>");
    expect(mathml("a<b")).toContain("<mo>&lt;</mo>");
  });

  it.each(["{a", "(a", "\\unknown", "\\frac 1", "\\"])("refuses %s", (source) => {
    expect(() => mathml(source)).toThrow();
  });
});
