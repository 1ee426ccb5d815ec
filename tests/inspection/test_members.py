"""A member of an ensemble, taken out, answers what it answers within it."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid
from pellucid.data.matrices import dense_rows
from pellucid.errors import SettingError
from pellucid.inspection.members import member_of, members_of


@pytest.fixture(scope="module")
def model() -> pellucid.Model:
    return pellucid.train("iris", hidden=(6,), members=3, epochs=3, seed=2)


def test_the_mean_of_the_members_is_the_ensemble(model: pellucid.Model) -> None:
    inputs = dense_rows(model.encode("iris"), slice(None))
    assert members_of(model.trained) == 3
    members = [member_of(model.trained, number) for number in range(3)]
    outputs = [np.asarray(one.network.apply(one.params, inputs)) for one in members]
    whole = np.asarray(model.network.apply(model.params, inputs))
    assert np.mean(outputs, axis=0) == pytest.approx(whole, abs=1e-5)
    assert not np.allclose(outputs[0], outputs[1])


@pytest.mark.parametrize("number", [-1, 3])
def test_a_member_that_is_not_there_is_refused(model: pellucid.Model, number: int) -> None:
    with pytest.raises(SettingError, match="no member"):
        member_of(model.trained, number)
