"""The one stylesheet of everything that is shown in notebooks.

Text has the colour of the page and nothing has a ground of its own, so that any theme shows
through; only the colours differ between light and dark. Themes of Jupyter, VS Code and Colab
overrule what the system prefers. Where a page takes styles away, as GitHub does, what remains are
tables, lists and drawings that carry their own colours.
"""

from __future__ import annotations

from pellucid.markup.elements import Markup, element
from pellucid.markup.figure import DARK_LOOKS, LOOKS

_DARK, _LIGHT = DARK_LOOKS, LOOKS
_DARK_PAGES = (
    '[data-jp-theme-light="false"]', '[data-theme="dark"]', "[theme=dark]",
    ".vscode-dark", ".vscode-high-contrast",
)  # fmt: skip
_LIGHT_PAGES = (
    '[data-jp-theme-light="true"]', '[data-theme="light"]', "[theme=light]", ".vscode-light",
)  # fmt: skip

# Selectors below the frame, and what they say. Jupyter styles tables by several classes; the
# frame's class is written three times to outweigh them.
_RULES = {
    "": "font:13px/1.45 system-ui,-apple-system,'Segoe UI',sans-serif;max-width:62rem;"
    "color:inherit;text-align:left",
    "p": "margin:.35em 0;max-width:52rem",
    ".head": "display:flex;flex-wrap:wrap;gap:.2em 2em;align-items:flex-end;"
    "justify-content:space-between;margin:0 0 .4em",
    ".head p": "margin:.1em 0",
    ".title": "font-size:1.4em;font-weight:600;line-height:1.25;overflow-wrap:anywhere",
    ".big": "font-size:1.9em;font-weight:600;line-height:1;white-space:nowrap;"
    "font-variant-numeric:tabular-nums",
    ".name": "margin:1em 0 .3em;font-size:1.05em",
    ".soft": "opacity:.72",
    ".small": "font-size:.9em",
    "table": "border-collapse:collapse;margin:.3em 0;width:auto;font:inherit;border:0;"
    "table-layout:auto",
    "table.wide": "width:100%",
    "tr, thead tr, tbody tr, tbody tr:nth-child(odd), tbody tr:hover": "background:none;border:0",
    "td, th": "border:0;padding:.22em .7em .22em 0;text-align:left;vertical-align:top;"
    "white-space:normal;overflow-wrap:anywhere;font-size:1em;line-height:1.4;max-width:30rem",
    "th, strong": "font-weight:600",
    "thead th": "font-weight:400;opacity:.72;border-bottom:1px solid var(--line);"
    "vertical-align:bottom",
    ".lined tbody td, .lined tbody th": "border-bottom:1px solid var(--hair);padding-top:.4em;"
    "padding-bottom:.4em",
    ".number, td.number, th.number": "text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums",
    ".middle td, .middle th": "vertical-align:middle",
    "code": "font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;"
    "background:var(--hair);color:inherit;padding:.05em .3em;border-radius:.25em;"
    "white-space:pre-wrap",
    ".badge": "display:inline-block;border:1px solid var(--line);border-radius:1em;padding:0 .6em;"
    "font-size:.85em;white-space:nowrap",
    ".badge.target": "border-color:var(--for);color:var(--for);font-weight:600",
    ".gone": "opacity:.6",
    ".gone th": "text-decoration:line-through",
    "ol, ul": "margin:.3em 0;padding:0;list-style:none",
    ".layers": "display:flex;flex-wrap:wrap;gap:.5em 1.5em;align-items:stretch",
    ".layers li": "position:relative;border:1px solid var(--line);border-radius:.5em;"
    "padding:.45em .7em;margin:0;min-width:6.5em;display:flex;flex-direction:column;"
    "max-width:15rem",
    ".layers li:not(:last-child)::after": "content:'→';position:absolute;right:-1.25em;top:.4em;"
    "opacity:.6",
    ".layers br": "display:none",
    ".layers li.quiet": "border-style:dashed;min-width:0",
    ".layers li.plain": "border-color:transparent;background:var(--hair)",
    ".layers .share": "height:.25em;border-radius:.2em;background:var(--for);margin-top:.4em;"
    "min-width:2px",
    ".layers .push": "flex:1",
    ".beside": "display:flex;flex-wrap:wrap;gap:0 3em",
    ".charts": "display:flex;flex-wrap:wrap;gap:.6em 1.2em;margin:.4em 0",
    "svg": "max-width:100%;height:auto;overflow:visible;font-family:inherit;vertical-align:middle",
    "img": "image-rendering:pixelated;max-width:100%;margin:0;vertical-align:middle;"
    "background:none;filter:none",
    "svg.moments": "height:120px;width:100%",
    "svg.moments.low": "height:56px",
    ".axis": "display:flex;justify-content:space-between;max-width:none;margin:0",
    **{f".look-{look}": f"stroke:var(--look-{look})" for look in range(2, len(LOOKS))},
    ".look-0": "stroke:var(--for)",
    ".look-1": "stroke:var(--against)",
    "text.look-0, circle.look-0, rect.look-0": "stroke:none;fill:var(--for)",
    "text.look-1, circle.look-1, rect.look-1": "stroke:none;fill:var(--against)",
    ".solid.look-0": "stroke:none;fill:var(--for)",
    ".solid.look-1": "stroke:none;fill:var(--against)",
    **{
        f".solid.look-{look}, text.look-{look}": f"stroke:none;fill:var(--look-{look})"
        for look in range(2, len(LOOKS))
    },
    ".places rect:hover": "fill:rgba(128,128,128,.2)",
    "details": "margin:.5em 0",
    "summary": "cursor:pointer;font-weight:600",
    "summary .soft": "font-weight:400",
    ".findings li": "margin:.3em 0;padding-left:.7em;border-left:3px solid var(--line)",
    ".findings li.serious": "border-left-color:var(--against)",
    ".findings li.warning": "border-left-color:var(--against);border-left-style:dotted",
    ".bars td": "padding-left:.5em",
    "td.bar": "padding:0;width:30%;min-width:4rem",
    ".bar div": "height:.8em;margin:.25em 0",
    "td.bar.against": "border-right:1px solid var(--line)",
    ".bar.against div": "background:var(--against);margin-left:auto",
    "td.bar.count": "width:6em;min-width:6em",
    ".bar.count div": "background:var(--line)",
    ".bar.for div": "background:var(--for)",
    ".pixels": "height:14rem;max-width:48%;margin-right:.5em;border:1px solid var(--line)",
    ".text": "white-space:pre-wrap;overflow-wrap:anywhere",
    "mark": "color:inherit;border-radius:.2em",
    ".key": "display:inline-block;width:8em;height:.7em;border-radius:.2em;vertical-align:baseline",
}
_FRAME = ".pellucid.pellucid.pellucid"


def framed(*pieces: str | None) -> Markup:
    """Put pieces into a frame that brings its style with it and touches nothing around it."""
    return element("div", element("style", Markup(STYLE)), *pieces, class_="pellucid")


def _scoped(selector: str) -> str:
    parts = selector.split(", ")
    return ",".join(f"{_FRAME} {part}" if part else _FRAME for part in parts)


def _colours(colours: tuple[str, ...]) -> str:
    further = [f"--look-{look}:{colour}" for look, colour in enumerate(colours) if look > 1]
    return ";".join([f"--for:{colours[0]}", f"--against:{colours[1]}", *further])


def _sheet() -> str:
    fixed = "--line:rgba(128,128,128,.45);--hair:rgba(128,128,128,.16)"
    rules = [f"{_FRAME}{{{_colours(_LIGHT)};{fixed}}}"]
    rules.append(f"@media (prefers-color-scheme:dark){{{_FRAME}{{{_colours(_DARK)}}}}}")
    for pages, colours in ((_DARK_PAGES, _DARK), (_LIGHT_PAGES, _LIGHT)):
        selectors = ",".join(f"{page} {_FRAME}" for page in pages)
        rules.append(f"{selectors}{{{_colours(colours)}}}")
    rules += [f"{_scoped(selector)}{{{body}}}" for selector, body in _RULES.items()]
    return "".join(rules)


STYLE = _sheet()
"""The stylesheet, every rule of it below the class ``pellucid``."""
