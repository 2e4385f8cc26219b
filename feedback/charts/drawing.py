"""From a Vega specification to an SVG: no scripts, no styles, the same on a page, on paper and in a workbook."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import quoteattr

from feedback.charts.palette import FONT, INK, LINE, QUIET, SMALL

Spec = Mapping[str, Any]

# A picture is one image to those who listen; what its marks say is for those who point at them.
SYMBOL_ROLES = re.compile(r' (role="graphics-[a-z]+"|aria-roledescription="[^"]*")')

CONFIG = {
    "background": None,
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": LINE,
        "labelColor": QUIET,
        "labelFont": FONT,
        "labelFontSize": SMALL,
        "titleFont": FONT,
        "titleColor": QUIET,
        "titleFontSize": SMALL,
        "titleFontWeight": "normal",
    },
    "legend": {
        "labelColor": INK,
        "labelFont": FONT,
        "labelFontSize": SMALL,
        "orient": "bottom",
        "columns": 3,
        "title": None,
    },
    "text": {"font": FONT, "fontSize": SMALL, "fill": INK},
}


def svg(spec: Spec, description: str) -> str:
    """The picture, with its description for those who do not see it."""
    whole = {"$schema": "https://vega.github.io/schema/vega/v5.json", "config": CONFIG, "padding": 4, **spec}
    picture = _drawn(json.dumps(whole, ensure_ascii=False, sort_keys=True))
    return picture.replace("<svg ", f"<svg role={quoteattr('img')} aria-label={quoteattr(description)} ", 1)


@lru_cache(maxsize=1024)
def _drawn(spec: str) -> str:
    # Imported here: it starts a JavaScript engine, which a fork does not survive and most processes do not need.
    import vl_convert

    drawn: str = vl_convert.vega_to_svg(json.loads(spec))
    return SYMBOL_ROLES.sub("", drawn).replace(' aria-label="', ' data-says="')
