"""One rule of how wide letters are, for charts, sheets and terminals."""

import pytest

from feedback.characters import breadth


@pytest.mark.parametrize(
    ("words", "columns"),
    [
        ("", 0),
        ("Service", 7),
        ("客户 A", 6),
        ("ｆｕｌｌ", 8),
        ("ﾊﾝｶｸ", 4),
        ("한국", 4),
        ("𠀀😀", 4),
        ("é–…", 3),
    ],
)
def test_letters_are_wide_where_unicode_says_so(words: str, columns: int):
    assert breadth(words) == columns
