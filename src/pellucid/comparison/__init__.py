"""The network beside classic machine learning, on growing amounts of the same rows.

- :mod:`~pellucid.comparison.options` — what a comparison can be told beside a training's settings;
- :mod:`~pellucid.comparison.amounts` — how many rows, which ones, how often;
- :mod:`~pellucid.comparison.contenders` — scikit-learn's four for each task;
- :mod:`~pellucid.comparison.ground` — the rows that all learn from and are tested on;
- :mod:`~pellucid.comparison.scoring` — answers turned into metrics, and into a share a test row;
- :mod:`~pellucid.comparison.running` — every contender on every amount;
- :mod:`~pellucid.comparison.judging` — who is best, and who cannot be told from the best;
- :mod:`~pellucid.comparison.result` — what came out: tables, JSON; as text
  (:mod:`~.page`, :mod:`~.wording`), curves (:mod:`~.drawing`) and HTML (:mod:`~.result_html`);
- :mod:`~pellucid.comparison.compare` — ``pellucid.compare``.

Modules are imported by their full names: ``options`` must load without scikit-learn and JAX.
"""
