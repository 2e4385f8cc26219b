"""What may stand in a file and how wide it is: texts come from people and imports, and hold whatever they put there."""

import unicodedata

NOT_CHARACTERS = ("Cc", "Cs")
WIDE = ("W", "F")


def printable(text: str) -> str:
    """Without what is no character: controls, halves of surrogates, and code points that Unicode rules out."""
    return "".join(filter(is_printable, text))


def is_printable(character: str) -> bool:
    if character in "\n\t":
        return True
    is_ruled_out = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return unicodedata.category(character) not in NOT_CHARACTERS and not is_ruled_out


def breadth(text: str) -> int:
    """How wide a text is where all letters are as wide as one another, and Chinese ones twice as wide."""
    return len(text) + sum(unicodedata.east_asian_width(letter) in WIDE for letter in text)
