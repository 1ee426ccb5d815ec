"""Texts that write one thing in several ways: letter case, blanks, dates, units, decimal marks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from pellucid.data.column_inference import quoted
from pellucid.data.date_texts import take_apart
from pellucid.data.dates import WAYS_OF_DATES
from pellucid.data.finding import Finding
from pellucid.data.findings.evidence import Evidence
from pellucid.data.profile import Profile
from pellucid.data.table import Array
from pellucid.errors import quote, quote_list

# Columns with more different texts are names or prose, where case differs rightly.
MOST_VALUES = 10_000
# A format is mixed when nearly all texts are of its sort, though not all of one form.
NEARLY_ALL = 0.9
FEWEST_ROWS = 10
_ONE_WAY = "Write all dates as 2024-12-31, which is read in one way only."

_MONTH = r"[A-Za-z]{3,9}\.?"
_TIME = r"([T ,].*)?$"
DATE_FORMS = {
    "2024-12-31": r"^\d{4}-\d{1,2}-\d{1,2}" + _TIME,
    "2024/12/31": r"^\d{4}/\d{1,2}/\d{1,2}" + _TIME,
    "12/31/2024": r"^\d{1,2}/\d{1,2}/(\d{4}|\d{2})" + _TIME,
    "31.12.2024": r"^\d{1,2}\.\d{1,2}\.(\d{4}|\d{2})" + _TIME,
    "31-12-2024": r"^\d{1,2}-\d{1,2}-\d{4}" + _TIME,
    "31 Dec 2024": rf"^\d{{1,2}}[ -]{_MONTH}[ -](\d{{4}}|\d{{2}})" + _TIME,
    "Dec 31, 2024": rf"^{_MONTH} \d{{1,2}},? \d{{4}}" + _TIME,
}
DAY_MONTH = r"^(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}"
UNIT_AFTER = r"^[+-]?[\d.,' ]*\d\s*([^\d\s.,+-][^\d]*)$"
UNIT_BEFORE = r"^([€$£¥₹]|[A-Z]{3})\s*[+-]?[\d.,' ]*\d$"
CURRENCY_SIGN = r"^[€$£¥₹]$"
BARE_NUMBER = r"^[+-]?[\d.,' ]*\d$"
# Three digits behind a comma may be thousands; these are no thousands.
DECIMAL_COMMA = r"^[+-]?\d+,(\d{1,2}|\d{4,})$"
DECIMAL_POINT = r"^[+-]?\d+\.\d+$"


def text_formats(evidence: Evidence) -> Iterator[Finding]:
    """Find columns of text that write one thing in several ways; name the rarer ways' rows."""
    for profile in _text_columns(evidence):
        # Of numbers and dates, only the value counts: "-" and "--" are missing alike.
        if any(c.name == profile.name and c.kind == "category" for c in evidence.columns):
            yield from _variants(evidence, profile)
        mixed = _mixed_dates(profile) or _mixed_units(profile) or _mixed_marks(profile)
        if mixed is not None:
            code, text, rows, remedy = mixed
            yield Finding(
                code,
                "warning",
                f"{profile.name!r} {text}: {evidence.where(rows)}.",
                (profile.name,),
                **evidence.rows(rows),
                remedy=remedy,
            )


def numbers_as_text(evidence: Evidence) -> Iterator[Finding]:
    """Find numbers that are stored as text, and codes that only look like numbers."""
    by_kind: dict[str, list[str]] = {}
    for column in evidence.inputs:
        profile = evidence.profile(column.name)
        n_present = profile.present.len() if profile.is_text else 0
        if n_present and n_present - len(profile.stray) >= NEARLY_ALL * n_present:
            by_kind.setdefault(column.kind, []).append(column.name)
    for kind, names in by_kind.items():
        what = "holds text that is" if len(names) == 1 else "hold text that is"
        read = "numbers" if kind == "number" else f"of the kind {kind}"
        other = "category" if kind == "number" else "number"
        yield Finding(
            "numbers-as-text",
            "note",
            f"{quote_list(names)} {what} numbers, read as {read}.",
            tuple(names),
            remedy=f"Otherwise: --kind {quoted(names[0])}={other}.",
        )


def mixed_dates(evidence: Evidence) -> Iterator[Finding]:
    """Find dates that are written in several ways, each of which is read; name the rarer ones."""
    for column in (*evidence.inputs, *evidence.targets):
        for text in column.warnings if column.kind == "date" else ():
            if WAYS_OF_DATES not in text:
                continue
            styles = take_apart(evidence.profile(column.name).scalars)["style"]
            usual = styles.drop_nulls().value_counts(sort=True)["style"][0]
            rows = np.flatnonzero((styles != usual).fill_null(value=False).to_numpy())
            yield Finding(
                "mixed-dates",
                "warning",
                text,
                (column.name,),
                **evidence.rows(rows),
                remedy=_ONE_WAY,
            )


Mixed = tuple[str, str, Array, str]


def _text_columns(evidence: Evidence) -> Iterator[Profile]:
    for column in (*evidence.inputs, *evidence.targets):
        profile = evidence.profile(column.name)
        texts = column.kind in ("category", "number") and profile.is_text
        if texts and (profile.n_distinct or 0) <= MOST_VALUES:
            yield profile


def _variants(evidence: Evidence, profile: Profile) -> Iterator[Finding]:
    counts = profile.present.alias("value").value_counts(name="n")
    folded = pl.col("value").str.to_lowercase().str.replace_all(r"[\s_-]+", " ")
    groups = (
        counts.with_columns(folded.alias("folded"))
        .sort(["n", "value"], descending=[True, False])
        .group_by("folded", maintain_order=True)
        .agg("value", "n")
        .filter(pl.col("value").list.len() > 1)
    )
    # Many pairs that differ in case alone are codes, in which case means something.
    if not len(groups) or len(groups) > max(3, 0.5 * (profile.n_distinct or 0)):
        return
    rarer = groups["value"].list.slice(1).explode()
    if (rarer.str.len_chars() < 2).all():
        return
    rows = np.flatnonzero(profile.scalars.is_in(rarer.implode()).fill_null(value=False).to_numpy())
    first = groups.row(0)
    ways = ", ".join(
        f"{quote(value)} ({n:,})" for value, n in zip(first[1][:4], first[2], strict=False)
    )
    yield Finding(
        "spelling-variants",
        "warning",
        f"{profile.name!r} writes the same in several ways, such as {ways}; the rarer ways are in "
        f"{evidence.where(rows)}.",
        (profile.name,),
        **evidence.rows(rows),
        remedy="Each way counts as a category of its own; write them alike.",
    )


def _mixed_dates(profile: Profile) -> Mixed | None:
    texts = profile.present.unique()
    first = texts.head(1000)
    dated = [name for name, form in DATE_FORMS.items() if first.str.contains(form).any()]
    if not dated or len(profile.present) < FEWEST_ROWS:
        return None
    masks = {name: _matching(profile, DATE_FORMS[name]) for name in DATE_FORMS}
    n_of = {name: int(mask.sum()) for name, mask in masks.items() if mask.any()}
    if sum(n_of.values()) < NEARLY_ALL * profile.present.len():
        return None
    usual = max(n_of, key=lambda name: n_of[name])
    if len(n_of) > 1:
        others = np.flatnonzero(np.any([masks[n] for n in n_of if n != usual], axis=0))
        ways = ", ".join(f"like {name} ({n:,})" for name, n in n_of.items())
        return "mixed-dates", f"mixes {WAYS_OF_DATES}, {ways}; the rarer ones", others, _ONE_WAY
    return _mixed_order(profile)


def _mixed_order(profile: Profile) -> Mixed | None:
    """Find dates that have the day first in some rows and the month first in others."""
    numbers = [
        profile.scalars.str.extract(DAY_MONTH, place).cast(pl.Int32, strict=False).fill_null(0)
        for place in (1, 2)
    ]
    first, other = ((part > 12).to_numpy() for part in numbers)
    day_first, month_first = first & ~other, other & ~first  # 13/13 is no date at all
    if not day_first.any() or not month_first.any():
        return None
    rarer = min(day_first, month_first, key=lambda mask: int(mask.sum()))
    which = "day" if rarer is day_first else "month"
    text = f"has the day first in some dates and the month first in others; the {which} is first"
    return "mixed-dates", text, np.flatnonzero(rarer), _ONE_WAY


def _mixed_units(profile: Profile) -> Mixed | None:
    if len(profile.present) < FEWEST_ROWS:
        return None
    units = profile.different.each(_unit_of)
    bare = pl.Series(_matching(profile, BARE_NUMBER))
    n_measured = units.len() - units.null_count()
    if n_measured + int(bare.sum()) < NEARLY_ALL * len(profile.present) or not n_measured:
        return None
    units = units.set(bare, "no unit")
    counts = units.drop_nulls().alias("unit").value_counts(name="n", sort=True)
    # Numbered names ("12a", "3 North") have as many endings as rows; units are few.
    is_money = counts["unit"].str.contains(CURRENCY_SIGN).all()
    usual_share = 0.0 if is_money else 0.5
    if not 2 <= len(counts) <= 6 or int(counts["n"][0]) < usual_share * len(profile.present):
        return None
    ways = ", ".join(f"{unit} ({n:,})" for unit, n in counts.rows())
    rarer = np.flatnonzero((units != counts["unit"][0]).fill_null(value=False).to_numpy())
    text = f"mixes units, {ways}; the rarer ones"
    return "mixed-units", text, rarer, "Convert them to one unit, and leave the unit out."


def _unit_of(texts: pl.Series) -> pl.Series:
    units = texts.str.extract(UNIT_AFTER).fill_null(texts.str.extract(UNIT_BEFORE))
    return units.str.strip_chars()


def _mixed_marks(profile: Profile) -> Mixed | None:
    comma, point = _matching(profile, DECIMAL_COMMA), _matching(profile, DECIMAL_POINT)
    if not comma.any() or not point.any():
        return None
    numeric = comma | point | _matching(profile, BARE_NUMBER)
    if numeric.sum() < NEARLY_ALL * profile.present.len():
        return None
    rarer = comma if comma.sum() <= point.sum() else point
    examples = quote_list(profile.scalars.filter(pl.Series(rarer)).head(2))
    text = f"mixes decimal points and decimal commas; the rarer ones, such as {examples}"
    return "mixed-decimals", text, np.flatnonzero(rarer), "Write all of them with a point."


def _matching(profile: Profile, pattern: str) -> Array:
    found = profile.different.each(lambda texts: texts.str.contains(pattern))
    return found.fill_null(value=False).to_numpy()
