"""How much room words take before anybody draws them, so that a picture can grow where they reach over its edge."""

from feedback.characters import breadth

# Of ASCII from the space on, in thousandths of the font size: Noto Sans CJK SC, the first font of the palette.
ASCII = (
    *(224, 323, 474, 555, 555, 921, 680, 278, 338, 338, 467, 555, 278, 347, 278, 392),
    *(555, 555, 555, 555, 555, 555, 555, 555, 555, 555, 278, 278, 555, 555, 555, 474),
    *(946, 608, 657, 638, 688, 589, 552, 689, 728, 293, 535, 646, 543, 812, 723, 742),
    *(633, 742, 635, 596, 599, 721, 575, 878, 573, 531, 603, 338, 392, 338, 555, 559),
    *(606, 563, 618, 510, 620, 554, 325, 564, 607, 275, 275, 552, 284, 926, 610, 606),
    *(620, 620, 388, 468, 377, 607, 521, 802, 498, 521, 475, 338, 270, 338, 555),
)
LETTER, WIDE = 600, 1000
KERNED = 0.996  # pairs of letters such as AV stand closer


def extent(words: str, size: int) -> float:
    return sum(map(_thousandths, words)) * KERNED * size / 1000


def _thousandths(character: str) -> int:
    """Signs beyond ASCII, such as dots, dashes and arrows, are as wide as the Chinese letters they stand between."""
    if " " <= character <= "~":
        return ASCII[ord(character) - ord(" ")]
    return LETTER if character.isalpha() and breadth(character) == 1 else WIDE
