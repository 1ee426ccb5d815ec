"""The network beside classic machine learning, on growing amounts of the same rows.

- :mod:`~pellucid.comparison.options` — what a comparison can be told beside a training's settings;
- :mod:`~pellucid.comparison.amounts` — how many rows, which ones, how often;
- :mod:`~pellucid.comparison.contest` — who takes part and what they learn from, of two sorts:

  - :mod:`~pellucid.comparison.supervised` — targets to be predicted, on rows divided by
    :mod:`~pellucid.comparison.ground`, by :mod:`~pellucid.comparison.contenders`, brought to
    several targets and sets of labels by :mod:`~pellucid.comparison.multi_output`;
  - :mod:`~pellucid.comparison.grouped` — rows to be grouped, by
    :mod:`~pellucid.comparison.clusterers`;

- :mod:`~pellucid.comparison.scoring` — answers turned into metrics, and into a share a row
  (:mod:`~pellucid.comparison.row_shares`);
- :mod:`~pellucid.comparison.running` — every contender on every amount;
- :mod:`~pellucid.comparison.judging` — who is best, and who cannot be told from the best;
- :mod:`~pellucid.comparison.result` — what came out: tables, JSON; as text
  (:mod:`~.page`, :mod:`~.wording`), curves (:mod:`~.drawing`) and HTML (:mod:`~.result_html`);
- :mod:`~pellucid.comparison.compare` — ``pellucid.compare``.

Modules are imported by their full names: ``options`` must load without scikit-learn and JAX.
"""
