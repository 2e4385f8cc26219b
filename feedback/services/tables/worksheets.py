"""What every spreadsheet that we write has in common: a text stays a text, and the heading stays in sight."""

from xlsxwriter.worksheet import Worksheet

# No text becomes a formula, a link or a number.
AS_DATA = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LONGEST_CELL = 32_767


def frame(page: Worksheet, rows: int, columns: int, *, fixed: int = 0) -> None:
    """A frozen heading over so many rows, with a filter; the first columns may stay in sight as well."""
    page.freeze_panes(1, fixed)
    page.autofilter(0, 0, max(rows, 1), columns - 1)


def cut(text: str) -> str:
    """As much as a cell can hold; Excel counts in halves of UTF-16, and xlsxwriter leaves out what is longer."""
    halves = text.encode("utf-16-le", "surrogatepass")
    if len(halves) // 2 <= LONGEST_CELL:
        return text
    return halves[: (LONGEST_CELL - 1) * 2].decode("utf-16-le", "ignore") + "…"
