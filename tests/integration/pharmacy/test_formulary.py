from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from pharmacy.domain.formulary import FORMULARY, FORMULARY_VERSION
from pharmacy.models import FormularyContraindication, FormularyItem, FormularyLabel, Product
from pharmacy.selectors import formulary_in_force

pytestmark = pytest.mark.django_db
HEADER = "medicine,gtin,item_seq,name,legal_class,source,evidence\n"
# Made up: no public list names a Korean eye drop with its GTIN (facts 2.3).
TEARS = "carmellose-0.5-unit-dose,8806411000019,,Synthetic tears,otc,made up,P\n"
DROPS = "latanoprost-0.005,08806411000026,200000001,Synthetic drops,rx,made up,P\n"


@pytest.fixture
def listed(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "products.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def load(**options: object) -> str:
    said = StringIO()
    call_command("load_formulary", stdout=said, **options)
    return said.getvalue()


def test_the_formulary_is_stored_whole_with_its_sources() -> None:
    load()
    items = {item.medicine.code: item for item in formulary_in_force()}
    assert list(items) == [entry.code for entry in FORMULARY]
    timolol = items["timolol-0.5"]
    assert (timolol.rule_id, timolol.source, timolol.evidence) == ("PH-42", "doctor123 3836; MIMS", "V")
    assert {row.code for row in timolol.contraindications.all()} == {
        *("asthma-or-copd", "slow-heart", "heart-failure"),
    }
    label = timolol.labels.get()
    assert (label.country, label.legal_class, label.from_years, label.below_years) == ("KR", "rx", 12, None)


def test_loading_again_changes_nothing() -> None:
    load()
    before = [model.objects.count() for model in (FormularyItem, FormularyLabel, FormularyContraindication)]
    assert "stored already" in load()
    after = [model.objects.count() for model in (FormularyItem, FormularyLabel, FormularyContraindication)]
    assert before == after


def timolol() -> FormularyItem:
    return FormularyItem.objects.get(medicine__code="timolol-0.5")


@pytest.mark.parametrize(
    "change",
    [
        lambda: FormularyItem.objects.filter(pk=timolol().pk).update(supply_days=90),
        lambda: timolol().labels.update(from_years=6),
        lambda: timolol().labels.update(legal_class="otc"),
        lambda: timolol().labels.all().delete(),
        lambda: timolol().labels.create(country="US", legal_class="rx", from_years=12),
        lambda: timolol().contraindications.filter(code="heart-failure").delete(),
        lambda: timolol().contraindications.filter(code="heart-failure").update(tier="soft"),
        lambda: timolol().contraindications.create(kind="allergy", code="sulfonamide", tier="hard"),
    ],
    ids=[
        *("values", "ages of a label", "legal class of a label", "a label less", "a label more"),
        *("a contraindication less", "another tier", "a contraindication more"),
    ],
)
def test_a_version_never_says_something_else_later(change: Callable[[], object]) -> None:
    load()
    change()
    with pytest.raises(CommandError, match=FORMULARY_VERSION):
        load()


def test_products_are_stored_by_gtin_and_a_second_list_corrects_the_first(
    listed: Callable[[str], Path],
) -> None:
    load(products=listed(HEADER + TEARS + DROPS))
    assert "1 products" in load(products=listed(HEADER + TEARS.replace("Synthetic tears", "Corrected tears")))
    names = dict(Product.objects.values_list("gtin", "name"))
    assert names == {"08806411000019": "Corrected tears", "08806411000026": "Synthetic drops"}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (TEARS.replace("8806411000019", "8806411000018"), "line 3, gtin"),
        (TEARS.replace("8806411000019", ""), "line 3, gtin"),
        (TEARS.replace("carmellose-0.5-unit-dose", "fluorometholone"), "line 3, medicine"),
        (TEARS.replace("carmellose-0.5-unit-dose", "aspirin"), "line 3, medicine"),
        (TEARS.replace("otc", "free"), "line 3, legal_class"),
        (TEARS.replace("Synthetic tears", ""), "line 3, name"),
        (TEARS.replace(",P\n", ",X\n"), "line 3, evidence"),
        (TEARS.replace(",,", ",item 7,"), "line 3, item_seq"),
        (DROPS, "line 3, gtin: stands twice"),
        ("carmellose-0.5-unit-dose\n", "line 3, name"),
    ],
)
def test_a_list_with_a_row_that_cannot_be_right_stores_nothing_and_names_the_row(
    listed: Callable[[str], Path], row: str, field: str
) -> None:
    with pytest.raises(CommandError, match=field):
        load(products=listed(HEADER + DROPS + row))
    assert not Product.objects.exists()


def test_a_list_in_another_encoding_is_refused_in_words(listed: Callable[..., Path]) -> None:
    with pytest.raises(CommandError, match="UTF-8"):
        load(products=listed(HEADER + TEARS.replace("Synthetic tears", "인공눈물"), "cp949"))
    with pytest.raises(CommandError, match="cannot be read"):
        load(products=Path("no-such-file.csv"))


def test_the_database_keeps_an_item_possible() -> None:
    load()
    given = FormularyItem.objects.filter(medicine__code="timolol-0.5")
    with pytest.raises(IntegrityError, match="formulary_given_has_a_dose"), transaction.atomic():
        given.update(doses_per_day_max=0)
    with pytest.raises(IntegrityError, match="formulary_supply"), transaction.atomic():
        given.update(supply="always")
