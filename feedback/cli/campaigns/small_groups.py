from collections.abc import Iterator, Sequence
from typing import Any

from feedback.services.campaigns.lifecycle import SmallGroup


def lines(small: Sequence[SmallGroup]) -> Iterator[str]:
    """What becomes of the groups of which too few are asked; said before a campaign is opened, and as long as it is."""
    for group in small:
        fate = f"counted together with others: {_names(group)}" if group.together else "not shown at all"
        yield f"  {group.subject.en}, {group.group.en}: {group.asked} asked, minimum {group.minimum}: {fate}"


def document(small: Sequence[SmallGroup]) -> list[dict[str, Any]]:
    return [
        {
            "subject": group.subject.en,
            "group": group.group.en,
            "asked": group.asked,
            "minimum": group.minimum,
            "together": [title.en for title in group.together],
        }
        for group in small
    ]


def _names(group: SmallGroup) -> str:
    return " + ".join(title.en for title in group.together)
