"""Words that may give away who wrote a text: a hint before it is sent, never a refusal.

Only the text itself is looked at. Comparing it with the names of people would tell strangers who works here.
"""

import re
from enum import StrEnum

from forms.words import N_


class Hint(StrEnum):
    ADDRESS = "address"
    PHONE = "phone"
    DAY = "day"
    SELF = "self"


PATTERNS = {
    Hint.ADDRESS: re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    Hint.PHONE: re.compile(r"(?<!\d)\+?\d(?:[ -]?\d){6,14}(?!\d)"),
    Hint.DAY: re.compile(
        r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}\s*月\s*\d{1,2}\s*[日号]|(?:上|本|这|下)?(?:周|星期)[一二三四五六日天]"
        r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}\b"
        r"|\b\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
        r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
        re.IGNORECASE,
    ),
    Hint.SELF: re.compile(
        r"我是|我叫|我们(?:组|部门|团队|小组)|本人|先生|女士|经理|主管"
        r"|\bmy (?:name|team)\b|\bi(?: a|')m the\b|\b(?:mr|mrs|ms|dr)\.? [a-z]",
        re.IGNORECASE,
    ),
}
WORDS = {
    Hint.ADDRESS: N_("an e-mail address"),
    Hint.PHONE: N_("a phone number or another long number"),
    Hint.DAY: N_("a day or a date"),
    Hint.SELF: N_("a name, a post or words about yourself"),
}


def hints(text: str) -> tuple[Hint, ...]:
    return tuple(hint for hint, pattern in PATTERNS.items() if pattern.search(text))
