/** What whoever answers can do; an exported page can do less than a server. */

class Abilities {
  /** Rows like one, vectors of words, runs: what needs the data or the engine. */
  engine = $state(true);
  /** The loss over one weight, gradients: what needs rows whose truth is known. */
  slopes = $state(true);
  /** The families of layers that keep it from saying why a prediction came out so. */
  unexplained = $state.raw<readonly string[]>([]);
  /** The chapters that teach what numbers are. */
  guide = $state(true);
  /** Rows of a person's own. */
  trying = $state(true);
}

export const abilities = new Abilities();
