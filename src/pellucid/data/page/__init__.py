"""The contract as a page of text: what is laid out here, any face can print."""

from __future__ import annotations

from pellucid.data.page.contract_page import Detail, Source, contract_lines
from pellucid.data.page.spans import Line, Span, plain

__all__ = ["Detail", "Line", "Source", "Span", "contract_lines", "plain"]
