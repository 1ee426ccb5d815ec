"""Networks that read word by word are compared with methods that read the same texts as bags."""

from __future__ import annotations

import numpy as np

from pellucid.comparison.ground import find_ground
from pellucid.training.config import Config
from tests.training.test_over_time import before_and_after


def say_nothing(text: str, warning: bool) -> None:
    """Hear what is said."""


def test_other_methods_get_bags_of_the_same_rows():
    settings = {"source": before_and_after(100, 0), "target": "first", "kinds": {"text": "text"}}
    rows = np.arange(60)
    plain = Config.make(**settings)
    expected = find_ground(plain, say_nothing).prepare(rows, plain, say_nothing)
    config = Config.make(**settings, network="transformer")
    ground = find_ground(config, say_nothing)
    assert ground.has_sequences
    own = ground.prepare(rows, config, say_nothing)
    assert own.encoding.blocks[0].entries > 0
    others = ground.prepare(rows, config, say_nothing, as_bags=True)
    np.testing.assert_array_equal(others.train.inputs, expected.train.inputs)
    np.testing.assert_array_equal(others.train.targets, own.train.targets)
    np.testing.assert_array_equal(others.test.inputs, expected.test.inputs)
