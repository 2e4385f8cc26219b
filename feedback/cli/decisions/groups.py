"""The commands of rounds and of single appraisals, whole: those that compute, and those by which people decide."""

from feedback.cli.appraisals.appraisal import appraisal
from feedback.cli.appraisals.rounds import round_
from feedback.cli.decisions.appraisal_steps import reopen, review, reviewer, send_back
from feedback.cli.decisions.interviews import confirm_interview, hand_over, interview
from feedback.cli.decisions.round_steps import calibrate, confirm, finish, notify

for command in (calibrate, confirm, notify, finish):
    round_.add_command(command)
for command in (review, reviewer, interview, confirm_interview, hand_over, reopen, send_back):
    appraisal.add_command(command)
