"""Subjects some at a time, so that their numbers stay in the cache of a processor."""

SUBJECTS_AT_ONCE = 1000


def slices(subjects: int) -> list[slice]:
    return [slice(start, start + SUBJECTS_AT_ONCE) for start in range(0, subjects, SUBJECTS_AT_ONCE)]
