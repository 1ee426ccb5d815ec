"""The rows that a training is tested on: opened where they came separately, and compared."""

from __future__ import annotations

from dataclasses import replace

from pellucid.data import Contract, Dataset, Table, check_table, open_source
from pellucid.data.finding import Finding
from pellucid.data.findings import by_severity, compare_test
from pellucid.data.findings.files import in_part
from pellucid.data.taking import as_trained
from pellucid.errors import DataError
from pellucid.training.config import Config
from pellucid.training.forecasting import windows_of


def open_test(
    config: Config, dataset: Dataset, contract: Contract
) -> tuple[Dataset, Contract, str]:
    """Take the test data that a setting names in place of the source's own.

    Parameters
    ----------
    config
        The settings; ``test`` is a source.
    dataset, contract
        As `pellucid.training.forecasting.settle_contract` returns them.

    Returns
    -------
    tuple
        Both with the test rows, what was found in them, and what is to be said of them; and where
        the test rows came from, for people.

    Raises
    ------
    DataError
        Where they cannot be opened, or not be brought into the form of the training rows.
    """
    if config.test is None:
        return dataset, contract, dataset.origin
    opened = open_source(config.test, gather=False)
    notes = [in_part("test", text) for text in opened.notes]
    try:
        test = as_trained(opened.train if opened.test is None else opened.test, contract)
        windows = windows_of(contract)
        if windows is not None and not windows.made(test):
            windowed = windows.apply(test)
            test = windowed.table
            notes += [in_part("test", text) for text in windowed.notes]
    except DataError as error:
        raise _located(error, opened.origin) from None
    dataset = replace(dataset, test=test, notes=(*dataset.notes, *notes))
    return dataset, compare_test(contract, dataset.train, test), opened.origin


def check_test(contract: Contract, test: Table, origin: str) -> list[str]:
    """Check test rows against the contract; return what is unusual, each a sentence.

    Raises
    ------
    DataError
        Where they cannot be used; the message says that it is about the test data.
    """
    try:
        return [in_part("test", text) for text in check_table(contract, test, need_target=True)]
    except DataError as error:
        raise _located(error, origin) from None


def _located(error: DataError, origin: str) -> DataError:
    error.where = "; ".join(filter(None, (f"the test data, {origin}", error.where)))
    return error


def with_checked_test(contract: Contract, test: Table, origin: str) -> Contract:
    """Return a contract with what is unusual about test rows as findings; errors are serious."""
    try:
        texts = check_test(contract, test, origin)
        found = [Finding("test-data", "warning", text) for text in texts]
    except DataError as error:
        text = f"The test data cannot be used, {origin}: {error.what}"
        found = [Finding("test-data", "serious", text, remedy=_sentence(error.remedy))]
    told = {finding.text for finding in contract.findings}
    found = [finding for finding in found if finding.text not in told]
    return replace(
        contract,
        findings=by_severity((*contract.findings, *found)),
        warnings=(*contract.warnings, *(finding.sentence for finding in found)),
    )


def _sentence(remedy: str | None) -> str:
    if not remedy:
        return ""
    return f"{remedy[0].upper()}{remedy[1:]}" + ("" if remedy.endswith(("?", ".")) else ".")
