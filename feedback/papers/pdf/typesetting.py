"""From a paper to a PDF: tagged as PDF/UA, the same bytes for the same paper on every machine, no network.

Typst is loaded by the process that prints; those that only answer never hold it in memory.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, cast

from feedback.characters import printable
from feedback.papers.pdf.blocks import Paper

if TYPE_CHECKING:
    from typst import Fonts

ROOT = Path(__file__).parent
TEMPLATE = ROOT / "report.typ"
FAMILY = "Noto Sans CJK SC"
FONT_PACKAGES = ("manimgx_fonts_cjk", "manimgx_fonts")
EPOCH = 0


@cache
def fonts() -> "Fonts":
    """Those of the requirements and none of the machine's. Read once for the life of the process."""
    from typst import Fonts

    folders = [str(files(package)) for package in FONT_PACKAGES]
    return Fonts(include_system_fonts=False, font_paths=folders)


def pdf(paper: Paper, dated: datetime | None) -> bytes:
    """The date is the release's: a moment of printing would make every copy another one."""
    from typst import Compiler, TypstError

    compiler = Compiler(
        input=TEMPLATE,
        root=ROOT,
        font_paths=fonts(),
        sys_inputs={
            "paper": json.dumps(cleaned(paper.to_document()), ensure_ascii=False),
            "font": FAMILY,
            "dated": dated.date().isoformat() if dated else "",
        },
    )
    timestamp = int(dated.timestamp()) if dated else EPOCH
    try:
        return cast(bytes, compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=timestamp))
    except TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        # A comment may hold a character that no font here has; then all but that one is as it should be.
        return cast(bytes, compiler.compile(format="pdf", timestamp=timestamp))


def cleaned(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {name: cleaned(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(each) for each in value]
    return value
