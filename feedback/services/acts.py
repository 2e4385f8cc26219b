"""What the audit log calls each act, and the facts that come with it, for people who read it."""

from forms.words import N_

ACTS = {
    "account created": N_("Account created"),
    "account changed": N_("Account changed"),
    "account disabled": N_("Account disabled"),
    "account enabled": N_("Account enabled"),
    "account unlocked": N_("Account unlocked"),
    "roles changed": N_("Roles changed"),
    "second factor reset": N_("Second factor reset"),
    "campaign created": N_("Campaign created"),
    "campaign changed": N_("Campaign changed"),
    "campaign discarded": N_("Campaign discarded"),
    "campaign opened": N_("Campaign opened"),
    "campaign closed": N_("Campaign closed"),
    "campaign released": N_("Reports released"),
    "reports corrected": N_("Reports corrected"),
    "clients imported": N_("Clients imported"),
    "people imported": N_("People imported"),
    "KPI results imported": N_("KPI results imported"),
    "goal scores imported": N_("Goal scores imported"),
    "veto pending": N_("Veto entered, not yet decided"),
    "veto confirmed": N_("Veto confirmed"),
    "veto cleared": N_("Veto taken back"),
    "questionnaire added": N_("Questionnaire added"),
    "questionnaire changed": N_("Questionnaire changed"),
    "questionnaire deleted": N_("Questionnaire deleted"),
    "scheme added": N_("Scheme added"),
    "scheme changed": N_("Scheme changed"),
    "scheme deleted": N_("Scheme deleted"),
    "interview assigned": N_("Phone interview assigned"),
    "interview taken back": N_("Phone interview taken back"),
    "trustees appointed": N_("Trustees appointed"),
    "trustee enrolled": N_("Trustee set a passphrase"),
    "trustee opened the first part": N_("Trustee opened the first part of the key"),
    "trustee opened the key": N_("Second trustee opened the key"),
    "suggestions opened": N_("Suggestion box opened"),
}

FACTS = {
    "active": N_("Active"),
    "added": N_("Added"),
    "changed": N_("Changed"),
    "code": N_("Code"),
    "closes_at": N_("Closes"),
    "department": N_("Department"),
    "early": N_("Ahead of its time"),
    "email": N_("E-mail"),
    "evidence": N_("Evidence"),
    "interviewer": N_("Interviewer"),
    "language": N_("Language"),
    "level": N_("Level"),
    "locked": N_("Locked"),
    "manager": N_("Manager"),
    "name": N_("Name"),
    "number": N_("Number"),
    "period": N_("Period"),
    "person": N_("Person"),
    "phone": N_("Phone"),
    "reports": N_("Reports"),
    "roles": N_("Roles"),
    "state": N_("State"),
    "tasks": N_("Requests for feedback"),
    "tier": N_("Tier"),
    "title_en": N_("Title in English"),
    "title_zh": N_("Title in Chinese"),
    "trustees": N_("Trustees"),
    "unchanged": N_("Unchanged"),
}


def title(act: str) -> str:
    """To be translated. An act that this version does not know, from a newer one, is shown as it was recorded."""
    return ACTS.get(act, act)


def fact(name: str) -> str:
    return FACTS.get(name, name)
