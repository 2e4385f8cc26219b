"""Posts, levels, and one profile of a scheme in the browser."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectChoice,
    SelectMultipleField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from forms.appraisals.choices import PeriodKind
from forms.bands_editor import BandRow, BonusRow, offer_figures
from forms.drafting import NOTHING, DraftForm, NumberField, Table, TextField, Words
from forms.kpi_editor import kpi_titles
from forms.questionnaire import in_language
from forms.words import N_, NO_CHOICE


class NameRow(Form):  # type: ignore[misc]
    id = TextField(N_("Identifier"))
    title = FormField(Words, N_("Title"))


class PeopleForm(DraftForm):
    post = FieldList(FormField(NameRow), N_("Posts"))
    level = FieldList(FormField(NameRow), N_("Levels"))


class ComponentWeights(Form):  # type: ignore[misc]
    kpi = NumberField(N_("KPI"))
    feedback = NumberField(N_("Feedback"))
    goals = NumberField(N_("Goals"))


class WeightRow(Form):  # type: ignore[misc]
    kpi = HiddenField(N_("KPI"))
    quarter = NumberField(N_("Quarter"))
    year = NumberField(N_("Year"))
    month = NumberField(N_("Month"))
    required = BooleanField(N_("Required"))


def checkboxes(label: str, description: str) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        choices=[],
        description=description,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        invalid_choice_message=NO_CHOICE,
    )


class ProfileForm(DraftForm):
    id = TextField(N_("Identifier"))
    title = FormField(Words, N_("Title"))
    posts = checkboxes(N_("Of the posts"), N_("None chosen: any"))
    levels = checkboxes(N_("Of the levels"), N_("None chosen: any"))
    components = FormField(ComponentWeights, N_("Components, as percentages"))
    weights = FieldList(FormField(WeightRow), N_("Weights of the KPIs, as percentages"))
    band = FieldList(FormField(BandRow), N_("Bands of its own, best first"))
    bonus = FieldList(FormField(BonusRow), N_("Bonus of its own, best first"))

    @classmethod
    def shown(cls, table: Table) -> dict[str, Any]:
        weights = {kind: dict(table.get(kind, {})) for kind in PeriodKind}
        required = table.get("required", ())
        named = dict.fromkeys([*(kpi for kind in weights.values() for kpi in kind), *required])
        rows = [
            {"kpi": kpi, "required": kpi in required}
            | {str(kind): of.get(kpi) for kind, of in weights.items()}
            for kpi in named
        ]
        kept = {key: value for key, value in table.items() if key not in (*PeriodKind, "required")}
        return super().shown(kept) | {"weights": rows}

    def written(self) -> dict[str, Any]:
        table = super().written()
        rows = table.pop("weights", [])
        for kind in PeriodKind:
            table[kind] = {row["kpi"]: row[kind] for row in rows if row.get("kpi") and kind in row}
        table["required"] = [row["kpi"] for row in rows if row.get("kpi") and row.get("required")]
        return {str(key): value for key, value in table.items() if value not in NOTHING}

    def offer(self, table: Table, language: str) -> None:
        """The posts, levels and KPIs of the scheme; what it does not have (any more) is kept as it is named."""
        levels = ({"id": name, **row} for name, row in table.get("level", {}).items())
        self.posts.choices = _choices(table.get("post", ()), self.posts.data or (), language)
        self.levels.choices = _choices(levels, self.levels.data or (), language)
        listed = {row.form.kpi.data for row in self.weights}
        for kpi in kpi_titles(table, language):
            if kpi not in listed:
                self.weights.append_entry({"kpi": kpi})
        offer_figures(self.band, table, language)

    def totals(self) -> dict[str, float]:
        """Of the weights of each kind of period, as far as they are numbers."""
        table = self.written()
        return {
            kind: sum(weight for weight in table.get(kind, {}).values() if isinstance(weight, int | float))
            for kind in PeriodKind
        }

    def field_at(self, steps: Sequence[str]) -> Field | None:
        """The weight of a KPI stands in its row."""
        if steps and steps[0] in tuple(PeriodKind):
            rows = [row.form for row in self.weights if row.form.kpi.data == ".".join(steps[1:])]
            return rows[0][steps[0]] if rows else None
        return super().field_at(steps)


def _choices(rows: Iterable[Table], chosen: Iterable[str], language: str) -> list[SelectChoice]:
    titles = {str(row["id"]): in_language(row.get("title", {}), language) for row in rows if row.get("id")}
    return [SelectChoice(name, titles.get(name) or name) for name in dict.fromkeys([*titles, *chosen])]
