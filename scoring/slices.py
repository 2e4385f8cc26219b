"""Long arrays in parts whose numbers stay in the cache of a processor."""

AT_ONCE = 2000


def slices(count: int, at_once: int = AT_ONCE) -> list[slice]:
    """Slices of a long axis one after another, at_once long but for the last."""
    return [slice(start, min(start + at_once, count)) for start in range(0, count, at_once)]
