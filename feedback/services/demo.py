"""The demo company at work, through the same services as everything else: ballots are really cast, sealed and mixed.

Who answers and what is drawn from a fixed seed; keys and links are as random as everywhere.
"""

from datetime import UTC, datetime, timedelta

SEED = 20_260_930
ACTOR = "demo"
PEERS = 6
COMMENT_SHARE = 0.45
CANNOT_JUDGE_SHARE = 0.04
CLOSED_QUARTER, OPEN_QUARTER = "2026Q3", "2026Q4"
OPENED = datetime(2026, 9, 14, 1, tzinfo=UTC)
COLLECTING = timedelta(days=14)
ANSWERED_SO_FAR = 0.25

# What share of a subject's raters in a group answer, going round the subjects: all, some, too few, none.
RESPONSE = {
    "client": (1, 1, 0.8, 1, 0.5, 1, 0.8, 1, 1, 0, 1),
    "peer": (1, 0.8, 0.6, 0.4, 0.2, 1, 0.8, 0),
    "subordinate": (1, 0.7, 0.5, 1, 0),
    "supervisor": (1, 1, 1, 1, 1, 1, 0),
    "self": (1, 1, 1, 0),
}
LENIENCY = {"client": 0.1, "peer": 0.0, "subordinate": -0.1, "supervisor": -0.15, "self": 0.35}
