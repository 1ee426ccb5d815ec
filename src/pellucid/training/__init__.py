"""The run: from settings and data to a trained model, step by step and repeatable.

- :mod:`~pellucid.training.config` — every setting, in one table (:mod:`~.settings`: what a
  setting is; :mod:`~.defaults`: what is chosen where the person chose nothing, and why);
- :mod:`~pellucid.training.step` — one pure step ``(state, batch) → (state, loss)``, and the
  compiled program that runs any number of them;
- :mod:`~pellucid.training.trainer` — epochs, validation, early stopping, time limit;
- :mod:`~pellucid.training.checkpoints`, :mod:`~.run_folder` — what is kept on disk;
- :mod:`~pellucid.training.divergence` — which step and layer left the finite numbers;
- :mod:`~pellucid.training.finder` — a learning rate measured on the data itself;
- :mod:`~pellucid.training.run` — all of it, from source to model.

Modules are imported by their full names: ``config`` must load without JAX.
"""
