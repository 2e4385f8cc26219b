"""How much may be typed, in a form or in a file: what more there is, no column and no envelope takes."""

LONGEST_MAIL_SUBJECT, LONGEST_MAIL_BODY = 200, 10_000
LONGEST_REASON_TO_HIDE = 200
LONGEST_REPLY = 2000
LONGEST_REVIEW = 5000
LONGEST_LINE = 500  # a reason, an agreement, a measure
LONGEST_EVIDENCE = LONGEST_INCIDENT_REASON = LONGEST_GOAL_REASON = 500
LONGEST_SUMMARY = LONGEST_GOAL_NOTE = 2000
LONGEST_SUGGESTION = 2000
MOST_ASKED = 1000  # the largest minimum that a campaign may set
