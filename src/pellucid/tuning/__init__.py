"""A search for the settings that suit a person's data best.

- :mod:`~pellucid.tuning.options` — what a search can be told beside a training's settings;
- :mod:`~pellucid.tuning.space` — which settings are searched, between which limits, and why;
- :mod:`~pellucid.tuning.trial` — one trial, and how it is written down;
- :mod:`~pellucid.tuning.sampling` — which settings are tried next, which trials are stopped early;
- :mod:`~pellucid.tuning.ground` — the rows that trials learn from and are scored by;
- :mod:`~pellucid.tuning.folder` — a search's files;
- :mod:`~pellucid.tuning.searching` — one trial after the other;
- :mod:`~pellucid.tuning.running` — beginning a search, going on with one, the training at its end;
- :mod:`~pellucid.tuning.result` — what came out; as text (:mod:`~.page`, :mod:`~.wording`);
- :mod:`~pellucid.tuning.tune` — ``pellucid.tune``.

Modules are imported by their full names: ``options`` must load without Optuna and JAX.
"""
