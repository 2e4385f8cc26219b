"""Whether a person or contact still counts, as a column of a table."""

from feedback.services.ground.bilingual import Bilingual
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import Column
from forms.words import N_

YES, NO = "yes", "no"
SPELLINGS = {
    **dict.fromkeys(("yes", "y", "true", "1", "是", "在职", "启用"), YES),
    **dict.fromkeys(("no", "n", "false", "0", "否", "离职", "停用"), NO),
}


def canonical(text: str) -> str:
    try:
        return SPELLINGS[text.lower()]
    except KeyError:
        raise WrongCell(N_("'%(text)s' is neither yes nor no"), text=text) from None


def active_column() -> Column:
    return Column(
        "active",
        Bilingual("在用", "Active"),
        ("在职", "启用", "是否在职"),
        canonical=canonical,
        help=N_("yes or no: whoever is not active is not asked and not rated in new campaigns."),
        example=Bilingual("是", "yes"),
    )
