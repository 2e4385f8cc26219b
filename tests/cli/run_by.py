"""Which test runs which command, to a good end: `test_main` holds that none is missing, `conftest` that they do.

A test is named by its module and function, one of its cases by a value among its parameters: [value].
"""

import pytest

from tests.cli.commands import ran

RUN_BY = {
    "appraisal history": "test_appraisals.test_history_tells_versions_with_their_differences_and_steps",
    "appraisal show": "test_appraisals.test_history_tells_versions_with_their_differences_and_steps",
    "appraise": "test_appraisals.test_an_export_is_computed_again_without_a_database_byte_for_byte",
    "appraisal confirm-interview": "test_decisions.test_an_interview_is_recorded_read_and_confirmed",
    "appraisal hand-over": "test_decisions.test_a_paper_is_handed_over_by_hr_and_the_time_to_reply_runs",
    "appraisal interview": "test_decisions.test_an_interview_is_recorded_read_and_confirmed",
    "appraisal reopen": "test_decisions.test_an_appraisal_is_reopened_after_it_was_shown_what_falls_away",
    "appraisal review": "test_decisions.test_a_round_is_reviewed_calibrated_confirmed_and_told",
    "appraisal reviewer": "test_decisions.test_the_reviewer_is_changed_by_hr_alone",
    "appraisal send-back": "test_decisions.test_what_waits_for_a_confirmation_is_sent_back_by_who_stands_above",
    "audit anonymity": "test_audit.test_on_honest_data_every_promise_is_said_to_hold",
    "audit export": "test_audit.test_the_log_is_written_newest_first_as_csv_and_as_a_workbook",
    "callbacks done": "test_callbacks.test_cards_are_listed_a_line_each_and_noted_once",
    "callbacks list": "test_callbacks.test_cards_are_listed_a_line_each_and_noted_once",
    "campaign close": "test_company.test_a_campaign_can_be_closed_early_only_when_said",
    "campaign correct": "test_corrections.test_what_has_changed_is_released_anew_with_the_reason_and_the_rest_stays",
    "campaign create": "test_campaigns.test_the_whole_way_with_nominations",
    "campaign discard": "test_campaigns.test_the_whole_way_with_nominations",
    "campaign edit": "test_campaigns.test_a_campaign_becomes_what_its_file_says",
    "campaign edit-dates": "test_campaigns.test_the_whole_way_with_nominations",
    "campaign export": "test_campaigns.test_a_campaign_becomes_what_its_file_says",
    "campaign give-up": "test_company.test_a_campaign_whose_key_is_lost_can_be_given_up_and_no_other",
    "campaign next": "test_campaigns.test_the_whole_way_with_nominations",
    "campaign nominate": "test_campaigns.test_the_whole_way_with_nominations",
    "campaign open": "test_campaigns.test_the_whole_way_with_nominations",
    "campaign purge": "test_campaigns.test_the_whole_way_with_nominations",
    "campaign release": "test_releases.test_the_reports_of_single_people_are_released_and_the_others_wait",
    "campaign remind": "test_mail.test_those_who_have_not_answered_are_reminded_and_nobody_twice_in_five_days",
    "campaign status": "test_campaigns.test_the_status_of_small_groups_is_that_of_several_together_or_no_number",
    "clients export": "test_tables.test_what_is_exported_is_imported_again_without_a_change[clients]",
    "clients import": "test_tables.test_what_is_exported_is_imported_again_without_a_change[clients]",
    "comments hide": "test_releases.test_a_comment_is_listed_on_one_line_hidden_with_a_reason_and_shown_again",
    "comments list": "test_releases.test_a_comment_is_listed_on_one_line_hidden_with_a_reason_and_shown_again",
    "comments show": "test_releases.test_a_comment_is_listed_on_one_line_hidden_with_a_reason_and_shown_again",
    "consequences export": "test_decisions.test_final_results_are_handed_on_as_a_file",
    "db backup": "test_database.test_a_backup_holds_the_database_and_no_key",
    "db check": "test_database.test_upgrade_makes_the_tables_and_check_finds_them_right",
    "db upgrade": "test_database.test_upgrade_makes_the_tables_and_check_finds_them_right",
    "demo": "test_demo.test_a_demo_is_made_once_says_how_to_get_in_and_leaves_the_installation_alone",
    "deputies end": "test_decisions.test_a_deputy_is_named_acts_for_the_manager_and_is_ended",
    "deputies list": "test_decisions.test_a_deputy_is_named_acts_for_the_manager_and_is_ended",
    "deputies name": "test_decisions.test_a_deputy_is_named_acts_for_the_manager_and_is_ended",
    "doctor": "test_company.test_doctor_masks_secrets_and_finds_a_lost_key",
    "goals export": "test_goals.test_what_is_exported_is_imported_again_without_a_change",
    "goals import": "test_company.test_a_quarter_runs_by_commands_alone_on_either_engine",
    "history export": "test_facts.test_a_history_comes_out_as_it_went_in",
    "history import": "test_facts.test_a_history_comes_out_as_it_went_in",
    "history take-back": "test_facts.test_a_leave_that_never_was_is_taken_back",
    "incident confirm": "test_incidents.test_one_reports_another_confirms_and_two_withdraw",
    "incident list": "test_incidents.test_one_reports_another_confirms_and_two_withdraw",
    "incident reject": "test_incidents.test_a_rejected_incident_is_only_in_the_register",
    "incident report": "test_incidents.test_one_reports_another_confirms_and_two_withdraw",
    "incident withdraw": "test_incidents.test_one_reports_another_confirms_and_two_withdraw",
    "measures add": "test_measures.test_a_measure_is_noted_listed_done_and_another_taken_back",
    "measures done": "test_measures.test_a_measure_is_noted_listed_done_and_another_taken_back",
    "measures list": "test_measures.test_a_measure_is_noted_listed_done_and_another_taken_back",
    "measures remove": "test_measures.test_a_measure_is_noted_listed_done_and_another_taken_back",
    "interviews assign": "test_company.test_an_interview_is_assigned_and_taken_back",
    "interviews list": "test_company.test_an_interview_is_assigned_and_taken_back",
    "interviews take-back": "test_company.test_an_interview_is_assigned_and_taken_back",
    "invitations export": "test_company.test_links_are_exported_with_their_raters_and_no_formula",
    "invitations reissue": "test_rosters.test_a_link_is_issued_anew_and_revoked",
    "invitations resend": "test_mail.test_what_was_refused_is_sent_again_and_nothing_else",
    "invitations revoke": "test_rosters.test_a_link_is_issued_anew_and_revoked",
    "invitations set-address": "test_rosters.test_an_address_is_corrected_only_when_no_mail_is_on_its_way",
    "kpi export": "test_facts.test_figures_come_in_as_versions_go_out_and_are_undone",
    "kpi import": "test_company.test_a_quarter_runs_by_commands_alone_on_either_engine",
    "kpi imports": "test_facts.test_figures_come_in_as_versions_go_out_and_are_undone",
    "kpi undo": "test_facts.test_figures_come_in_as_versions_go_out_and_are_undone",
    "mail bounce": "test_mail.test_an_invitation_that_came_back_is_shown_as_refused",
    "mail reset-text": "test_mail_texts.test_a_wording_goes_out_to_a_file_and_comes_back_changed",
    "mail set-text": "test_mail_texts.test_a_wording_goes_out_to_a_file_and_comes_back_changed",
    "mail status": "test_mail.test_the_status_counts_invitations_by_what_became_of_them",
    "mail test": "test_mail.test_a_test_mail_goes_out_at_once_in_either_language",
    "mail text": "test_mail_texts.test_a_wording_goes_out_to_a_file_and_comes_back_changed",
    "nominations approve": "test_campaigns.test_the_whole_way_with_nominations",
    "nominations propose": "test_campaigns.test_the_whole_way_with_nominations",
    "nominations reject": "test_campaigns.test_the_whole_way_with_nominations",
    "nominations take-back": "test_rosters.test_a_proposal_is_taken_back_until_somebody_has_decided",
    "objections answer": "test_decisions.test_objections_are_listed_without_words_and_answered",
    "objections list": "test_decisions.test_objections_are_listed_without_words_and_answered",
    "people export": "test_tables.test_what_is_exported_is_imported_again_without_a_change[people]",
    "people import": "test_tables.test_what_is_exported_is_imported_again_without_a_change[people]",
    "plans due": "test_decisions.test_plans_are_listed_and_what_is_due_as_well",
    "plans list": "test_decisions.test_plans_are_listed_and_what_is_due_as_well",
    "questionnaire check": "test_library.test_a_file_is_checked_without_the_library[questionnaire]",
    "questionnaire copy": "test_library.test_a_draft_is_copied_and_deleted_on_a_yes[questionnaire]",
    "questionnaire delete": "test_library.test_a_draft_is_copied_and_deleted_on_a_yes[questionnaire]",
    "questionnaire export": (
        "test_library.test_an_exported_file_imported_under_a_new_number_has_the_same_content[questionnaire]"
    ),
    "questionnaire import": (
        "test_library.test_an_exported_file_imported_under_a_new_number_has_the_same_content[questionnaire]"
    ),
    "questionnaire list": "test_library.test_what_ships_is_listed",
    "register import": "test_facts.test_visits_and_complaints_are_registered",
    "report": "test_report_files.test_the_reports_on_everybody_go_into_a_directory_or_a_zip_file",
    "results export": "test_report_files.test_the_tables_of_all_reports_are_written_into_a_file",
    "results quality": (
        "test_report_files.test_the_team_and_the_quality_are_written_into_a_file_for_its_owner_alone[quality]"
    ),
    "results team": "test_report_files.test_a_team_is_that_of_a_manager_or_a_department",
    "round compute": "test_appraisals.test_a_round_is_created_started_looked_at_and_computed",
    "round create": "test_appraisals.test_a_round_is_created_started_looked_at_and_computed",
    "round start": "test_appraisals.test_a_round_is_created_started_looked_at_and_computed",
    "round status": "test_appraisals.test_a_round_is_created_started_looked_at_and_computed",
    "roster add": "test_campaigns.test_the_whole_way_with_nominations",
    "roster ask": "test_rosters.test_a_client_who_was_asked_not_long_ago_is_asked_all_the_same",
    "roster remove": "test_campaigns.test_the_whole_way_with_nominations",
    "roster show": "test_campaigns.test_the_whole_way_with_nominations",
    "round calibrate": "test_decisions.test_a_round_is_reviewed_calibrated_confirmed_and_told",
    "round confirm": "test_decisions.test_a_round_is_reviewed_calibrated_confirmed_and_told",
    "round finish": "test_decisions.test_final_results_are_handed_on_as_a_file",
    "round notify": "test_decisions.test_a_round_is_reviewed_calibrated_confirmed_and_told",
    "scheme check": "test_library.test_a_file_is_checked_without_the_library[scheme]",
    "scheme show": "test_library.test_a_scheme_is_shown_by_who_is_appraised_by_what",
    "scheme copy": "test_library.test_a_draft_is_copied_and_deleted_on_a_yes[scheme]",
    "scheme delete": "test_library.test_a_draft_is_copied_and_deleted_on_a_yes[scheme]",
    "scheme export": "test_library.test_an_exported_file_imported_under_a_new_number_has_the_same_content[scheme]",
    "scheme import": "test_library.test_importing_the_same_file_twice_makes_one_version",
    "scheme list": "test_library.test_importing_the_same_file_twice_makes_one_version",
    "score": "test_results.test_exported_counts_are_scored_to_the_same_figures_by_the_standalone_command",
    "serve": "test_serve.test_it_serves_from_any_directory_whatever_lies_there",
    "suggestions list": "test_suggestions.test_a_month_is_opened_when_it_is_over_and_then_listed",
    "suggestions open": "test_suggestions.test_a_month_is_opened_when_it_is_over_and_then_listed",
    "targets export": "test_facts.test_targets_come_in_and_go_out",
    "targets import": "test_facts.test_targets_come_in_and_go_out",
    "trustees appoint": "test_trustees.test_two_of_three_trustees_close_a_campaign_on_the_terminal",
    "trustees confirm": "test_trustees.test_two_of_three_trustees_close_a_campaign_on_the_terminal",
    "trustees enrol": "test_trustees.test_two_of_three_trustees_close_a_campaign_on_the_terminal",
    "trustees list": "test_trustees.test_what_one_trustee_opened_counts_when_the_next_one_comes_later",
    "trustees test": "test_trustees.test_each_trustee_tests_alone_what_was_sealed_at_the_opening",
    "user create": "test_company.test_an_account_gets_the_password_given_or_one_made_for_it",
    "user disable": "test_users.test_an_account_is_listed_with_its_roles_and_state",
    "user enable": "test_users.test_an_account_is_listed_with_its_roles_and_state",
    "user link": "test_users.test_an_account_is_linked_to_its_person_and_unlinked",
    "user list": "test_users.test_an_account_is_listed_with_its_roles_and_state",
    "user reset-factor": "test_users.test_locks_and_factors_are_taken_away_by_command[reset-factor]",
    "user roles": "test_users.test_an_account_is_listed_with_its_roles_and_state",
    "user send-link": "test_users.test_a_link_to_set_a_password_is_sent_again_and_works",
    "user unlink": "test_users.test_an_account_is_linked_to_its_person_and_unlinked",
    "user unlock": "test_users.test_locks_and_factors_are_taken_away_by_command[unlock]",
    "worker": "test_serve.test_a_worker_works_until_it_is_told_to_stop",
}


def case(test: str) -> tuple[str, str]:
    """A test, and the value that tells its cases; empty where all are meant."""
    name, _, value = test.partition("[")
    return name, value.removesuffix("]")


def promised(node: pytest.Function) -> set[str]:
    """The commands that a test, with its parameters, is to run."""
    own = f"{node.module.__name__.rpartition('.')[2]}.{node.originalname}"
    values = ["", *node.callspec.params.values()] if hasattr(node, "callspec") else [""]
    return {words for words, test in RUN_BY.items() if (found := case(test))[0] == own and found[1] in values}


def broken_promises(node: pytest.Function) -> set[str]:
    return promised(node) - {" ".join(words) for words in ran}
