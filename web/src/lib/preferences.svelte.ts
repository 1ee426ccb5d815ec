/** What the person prefers, kept in this browser: light or dark, and how many digits. */

import { DARK, LIGHT, type Palette } from "./colours";
import { format, percent, type Precision, PRECISIONS } from "./numbers";

export type Theme = "system" | "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");

class Preferences {
  theme: Theme = $state(kept<Theme>("theme", ["system", "light", "dark"], "system"));
  precision: Precision = $state(kept<Precision>("precision", PRECISIONS, 3));
  private systemIsDark = $state(system.matches);

  constructor() {
    system.addEventListener("change", () => {
      this.systemIsDark = system.matches;
    });
    this.show();
  }

  get dark(): boolean {
    return this.theme === "system" ? this.systemIsDark : this.theme === "dark";
  }

  get palette(): Palette {
    return this.dark ? DARK : LIGHT;
  }

  choose(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem("theme", theme);
    this.show();
  }

  chooseDigits(precision: Precision): void {
    this.precision = precision;
    localStorage.setItem("precision", String(precision));
  }

  private show(): void {
    const { dataset } = document.documentElement;
    if (this.theme === "system") delete dataset["theme"];
    else dataset["theme"] = this.theme;
  }
}

export const preferences = new Preferences();

/** Write a number with the digits that the person chose. */
export function number(value: number, signed = false): string {
  return format(value, preferences.precision, signed);
}

/** Write a share of 1 as a percentage, with more digits where the person chose more. */
export function share(value: number): string {
  const { precision } = preferences;
  return precision === "all" ? `${format(100 * value, "all")} %` : percent(value, Math.max(1, precision - 2));
}

function kept<T>(name: string, known: readonly T[], otherwise: T): T {
  const text = localStorage.getItem(name);
  return known.find((value) => String(value) === text) ?? otherwise;
}
