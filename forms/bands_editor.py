"""Bands with gates and examples, and the bonus, in the browser: of a scheme, and of a profile that has its own."""

from wtforms import BooleanField, FieldList, Form, FormField, SelectChoice, SelectField

from forms.drafting import DraftForm, LongWords, NumberField, Table, TextField, Words
from forms.kpi_editor import kpi_titles
from forms.words import N_

FIGURES = [
    SelectChoice("kpi.attainment", N_("Attainment of all KPI targets, in per cent")),
    SelectChoice("kpi.score", N_("KPI score")),
    SelectChoice("kpi.coverage", N_("Weight of the KPIs that have a figure, in per cent")),
    SelectChoice("feedback.top2box", N_("Satisfaction rate, in per cent")),
    SelectChoice("feedback.score", N_("Feedback score")),
    SelectChoice("feedback.nps", N_("Net promoter score")),
    SelectChoice("goals", N_("Goals")),
]


class GateRow(Form):  # type: ignore[misc]
    figure = SelectField(N_("Figure"), choices=FIGURES)
    from_ = NumberField(N_("At least"))


class BandRow(Form):  # type: ignore[misc]
    id = TextField(N_("Identifier"))
    from_ = NumberField(N_("From a score of"))
    bonus = NumberField(
        N_("Share of the bonus (1 is all of it)"), description=N_("Only where the bonus goes by band")
    )
    title = FormField(Words, N_("Title"))
    gate = FieldList(FormField(GateRow), N_("Gates: what has to be reached besides"))
    examples = FieldList(FormField(LongWords), N_("Examples of behaviour"))


class BonusRow(Form):  # type: ignore[misc]
    from_ = NumberField(N_("From a score of"))
    share = NumberField(N_("Share of the bonus (1 is all of it)"))
    linear = BooleanField(N_("Grows from here to the share of the row above"))


class PayFields(Form):  # type: ignore[misc]
    bonus_by_band = BooleanField(N_("The bonus goes by band, not by score"))
    bonus_by_presence = BooleanField(N_("The bonus is in proportion to the days of presence"))


class BandsForm(DraftForm):
    band = FieldList(FormField(BandRow), N_("Bands, best first"))
    bonus = FieldList(FormField(BonusRow), N_("Bonus, best first"))
    pay = FormField(PayFields, N_("How the bonus is taken"))

    def offer(self, table: Table, language: str) -> None:
        offer_figures(self.band, table, language)


def offer_figures(bands: FieldList, table: Table, language: str) -> None:
    of_one = [
        SelectChoice(f"kpi:{name}.attainment", f"{title} %")
        for name, title in kpi_titles(table, language).items()
    ]
    for band in bands:
        for gate in band.form.gate:
            gate.form.figure.choices = [*FIGURES, *of_one]
