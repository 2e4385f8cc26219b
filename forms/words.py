"""Marking sentences for the catalogue where they are written; they are translated where they are shown."""


def N_(sentence: str) -> str:  # noqa: N802  (the name that message catalogues know)
    return sentence
