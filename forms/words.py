"""Marking sentences for the catalogue where they are written; they are translated where they are shown."""


def N_(sentence: str) -> str:  # noqa: N802  (the name that message catalogues know)
    return sentence


# What fields of WTForms say where they have no words of ours: translated where it is shown, like those.
WTFORMS = (N_("Not a valid choice."), N_("Not a valid date value."))
NO_CHOICE = N_("One of these can no longer be chosen.")  # WTForms would repeat what was sent
