"""Why a prediction came out as it did: contributions that add up, in the person's columns.

Integrated gradients (Sundararajan, Taly & Yan 2017) in 64 bits, computed until they add up:
`integration` follows the line from the average training row to the row in question, `slopes` is
the network along it, `asked` says which number is explained, `parts` brings features back to
columns. A row of a table takes milliseconds once its two programs are compiled (about a second).
For what a network's layers hold, without any baseline, ``Model.trace`` is the cheaper view.
"""

from pellucid.inspection.asked import Question
from pellucid.inspection.explain import Explainer, one_row
from pellucid.inspection.explanation import Explanation
from pellucid.inspection.integration import Contributions, integrate
from pellucid.inspection.overall import Importance, Inside
from pellucid.inspection.parts import Detail, Part
from pellucid.inspection.slopes import Number, Slopes

__all__ = [
    "Contributions",
    "Detail",
    "Explainer",
    "Explanation",
    "Importance",
    "Inside",
    "Number",
    "Part",
    "Question",
    "Slopes",
    "integrate",
    "one_row",
]
