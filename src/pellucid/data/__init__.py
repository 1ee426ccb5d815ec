"""The road of the data: sources → tables → contract → encoders → splits → batches.

No JAX is loaded here, and scikit-learn only when one of its data sets is opened::

    dataset = open_source("iris")                      # a Dataset: tables and their origin
    contract = infer_contract(dataset)                 # what every column is, and why
    encoding = InputEncoding.fit(dataset.train, contract)
    matrix = encoding.transform(dataset.train)         # float32, one row an example
"""

from __future__ import annotations

from pellucid.data.batches import epoch_order
from pellucid.data.checks import check_table
from pellucid.data.contract import ColumnContract, Contract
from pellucid.data.dataset import Dataset
from pellucid.data.date_targets import DateTarget
from pellucid.data.encoding import Block, InputEncoding
from pellucid.data.inference import infer_contract
from pellucid.data.kinds import KINDS, Encoder, Kind, get_kind
from pellucid.data.label_sets import MultiLabelTarget
from pellucid.data.sources import BuiltinInfo, list_builtin, open_source
from pellucid.data.splits import Split, split_rows
from pellucid.data.table import Table, Values
from pellucid.data.target_inference import labelled_rows
from pellucid.data.targets import CategoryTarget, NumberTarget
from pellucid.data.usable import usable_rows

__all__ = [
    "KINDS",
    "Block",
    "BuiltinInfo",
    "CategoryTarget",
    "ColumnContract",
    "Contract",
    "Dataset",
    "DateTarget",
    "Encoder",
    "InputEncoding",
    "Kind",
    "MultiLabelTarget",
    "NumberTarget",
    "Split",
    "Table",
    "Values",
    "check_table",
    "epoch_order",
    "get_kind",
    "infer_contract",
    "labelled_rows",
    "list_builtin",
    "open_source",
    "split_rows",
    "usable_rows",
]
