"""What is wrong with a training, by which numbers, and one thing to do about it.

While it goes on, a `Probe` measures inside the network after few of the epochs; illnesses that show
in the course alone are told at once. Afterwards an `Examination` asks the finished network. Each
illness is a class under `register` that looks at a `Case` and yields a `Diagnosis` only where it is
sure: a warning that is false costs more than one that is missing.
"""

from pellucid.training.diagnosis import (  # noqa: F401 -- importing registers the illnesses
    clusters,
    fitting,
    gradients,
    inputs,
    rates,
    targets,
    units,
)
from pellucid.training.diagnosis.case import Case
from pellucid.training.diagnosis.clusters import ClusterDoctor
from pellucid.training.diagnosis.diagnosis import Diagnosis
from pellucid.training.diagnosis.doctor import Doctor
from pellucid.training.diagnosis.examination import Answers, Examination
from pellucid.training.diagnosis.illness import ILLNESSES, Illness, diagnose
from pellucid.training.diagnosis.probe import Probe

__all__ = [
    "ILLNESSES",
    "Answers",
    "Case",
    "ClusterDoctor",
    "Diagnosis",
    "Doctor",
    "Examination",
    "Illness",
    "Probe",
    "diagnose",
]
