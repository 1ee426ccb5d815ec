"""What notebooks show: HTML and SVG that need nothing from outside.

No scripts, no addresses, one stylesheet that follows the page's theme; everything that comes from
data is escaped (`elements`), blue is positive and orange negative (`colours`), drawings carry their
words (`charts`, `glyphs`). It knows nothing of what is drawn: data, training and inspection each
put their own things together from it.
"""

from pellucid.markup.charts import Chart, Curve, chart_to_svg
from pellucid.markup.elements import Markup, element, join, section, text, within
from pellucid.markup.style import framed

__all__ = [
    "Chart",
    "Curve",
    "Markup",
    "chart_to_svg",
    "element",
    "framed",
    "join",
    "section",
    "text",
    "within",
]
