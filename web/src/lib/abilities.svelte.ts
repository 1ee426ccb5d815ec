/** What whoever answers can do; an exported page can do less than a server. */

class Abilities {
  /** Losses and their slopes, reasons, rows like one: what needs the data or the engine. */
  engine = $state(true);
  /** Rows of a person's own. */
  trying = $state(true);
}

export const abilities = new Abilities();
