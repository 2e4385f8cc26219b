"""From a paper to a PDF: tagged as PDF/UA, the same bytes for the same paper, no file or network but the fonts."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import cast

from typst import Compiler, Fonts, TypstError

from feedback.characters import printable
from feedback.papers.pdf.blocks import Paper
from feedback.services.ground.errors import NotPossible
from forms.words import N_

ROOT = Path(__file__).parent
TEMPLATE = ROOT / "report.typ"
CHINESE_FONTS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN")
CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
EPOCH = 0


class MissingFont(NotPossible):
    """There is Chinese to print and nothing to print it with."""

    def __init__(self) -> None:
        super().__init__(
            N_("this server has no Chinese font to print with: install the package fonts-noto-cjk")
        )


@cache
def fonts() -> Fonts:
    """Read once for the life of the process."""
    return Fonts()


def chinese_font() -> str | None:
    """The first one of those that fit which is installed."""
    families = set(fonts().families())
    return next((name for name in CHINESE_FONTS if name in families), None)


def require_chinese_font() -> None:
    if chinese_font() is None:
        raise MissingFont


def pdf(paper: Paper, dated: datetime | None) -> bytes:
    """Raises MissingFont. The date is the release's: a moment of printing would make every copy another one."""
    text = json.dumps(cleaned(paper.to_document()), ensure_ascii=False)
    if CHINESE.search(text):
        require_chinese_font()
    compiler = Compiler(
        input=TEMPLATE,
        root=ROOT,
        font_paths=fonts(),
        sys_inputs={
            "paper": text,
            "font": chinese_font() or "",
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
