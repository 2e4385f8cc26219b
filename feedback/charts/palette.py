"""Colours that stay apart for colour-blind eyes and in grey print; dashes and symbols say the same again."""

INK, QUIET, LINE, GROUND = "#1b2427", "#566165", "#e3dfd6", "#ffffff"
ACCENT, OWN = "#0f5c66", "#a8650b"
TRACK, FIELD, FIELD_STRONG = "#b9b4a8", "#faf9f6", "#e4f0f0"

# Okabe & Ito (2008), in an order of descending contrast between neighbours.
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
DASHES = ((), (6, 3), (2, 2), (8, 3, 2, 3), (4, 4), (1, 3))

# Words on a bar; the bar is as light in the dark as by day, so they are not the ink of the page.
ON_LIGHT, ON_DARK = "#10181a", "#ffffff"

# From the worst to the best answer of a scale.
DIVERGING = ("#b35806", "#f1a340", "#d8d5cd", "#74add1", "#2c6fad")

FONT = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, system-ui, sans-serif"
TICK, SMALL = 11, 12  # of a picture 360 wide, which a phone shows a tenth smaller


def shades(count: int) -> list[str]:
    """As many colours from worst to best as a scale has answers."""
    if count == 1:
        return [DIVERGING[-1]]
    return [_between(place * (len(DIVERGING) - 1) / (count - 1)) for place in range(count)]


def _between(place: float) -> str:
    left = min(int(place), len(DIVERGING) - 2)
    share = place - left
    pairs = zip(_channels(DIVERGING[left]), _channels(DIVERGING[left + 1]), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
