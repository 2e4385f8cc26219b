import pytest

from forms import periods


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2026", "2026"),
        ("2026Q4", "2026Q4"),
        ("2026q4", "2026Q4"),
        ("２０２６Q4", "2026Q4"),
        ("２０２６Ｑ４", "2026Q4"),
        (" 2026ｑ４\t", "2026Q4"),
        ("\u3000２０２６－１１\u3000", "2026-11"),
    ],
)
def test_a_period_has_one_spelling_however_it_is_typed(typed: str, stored: str):
    assert periods.canonical(typed) == stored


@pytest.mark.parametrize("typed", ["", "Q4", "2026Q5", "2026 Q4", "2026-13", "２６Q4", "next year", "0000"])
def test_what_is_no_period_stays_as_it_was_typed(typed: str):
    assert periods.canonical(typed) == typed
    assert not periods.is_period(typed)
