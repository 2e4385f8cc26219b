"""The languages that we write, by the codes that people, questionnaires and mails have, and their locales."""

LOCALE_OF = {"zh": "zh_Hans_CN", "en": "en"}
LANGUAGES = tuple(LOCALE_OF)
