"""The real files beside the project, whole; skipped where they are absent."""

from datetime import date
from pathlib import Path

import pytest

from pharmacy.domain.drug_data import DrugDataSource as Source
from pharmacy.models import DrugLeaflet, DrugPermit, DrugRule, RecalledLot
from tests.integration.pharmacy.drug_data import imported

KIDS = {
    Source.KIDS_PAIRS: ("conc_bann", 1628, 1632),
    Source.KIDS_PREGNANCY: ("prgnt_bann", 1213, 1252),
    Source.KIDS_LACTATION: ("nursw", 187, 187),
    Source.KIDS_ELDERLY: ("snctz", 108, 121),
    Source.KIDS_AGE: ("age_bann", 209, 219),
    Source.KIDS_DOSE: ("cpct", 331, 339),
    Source.KIDS_DURATION: ("dosage", 64, 66),
    Source.KIDS_DUPLICATES: ("eftgrp", 392, 392),
}
MFDS = {
    Source.DUR_PAIRS: "dur-concomittant-use-contrainedication-response.json",
    Source.DUR_PREGNANCY: "dur-pregnancy-contrainedication-response.json",
    Source.DUR_ELDERLY: "dur-elderly-precautions-response.json",
    Source.DUR_DOSE: "dur-dos-precaution-response.json",
    Source.DUR_DURATION: "dur-duation-of-use-precautions-response.json",
    Source.DUR_DUPLICATES: "dur-therapeutic-duplication-response.json",
    Source.DUR_SPLITTING: "dur-splitting-precaution-response.json",
}


@pytest.fixture
def pharmacy(shared: Path) -> Path:
    return shared / "data" / "pharmacy"


def kids_file(pharmacy: Path, table: str) -> Path:
    return pharmacy / "kids_dur" / f"tb_pp_m_dur_{table}_202602101435.sql"


@pytest.mark.parametrize("source", KIDS)
@pytest.mark.django_db
def test_a_table_of_kids_is_stored_whole(pharmacy: Path, source: Source) -> None:
    table, rows, rules = KIDS[source]
    made = imported(source, kids_file(pharmacy, table))
    assert (made.rows_read, made.rows_refused, made.values_stored) == (rows, 0, rules)
    assert DrugRule.objects.filter(data_import=made).count() == rules
    assert (made.complete, made.as_of) == (True, date(2026, 2, 10))


@pytest.mark.parametrize("source", KIDS)
@pytest.mark.django_db
def test_every_row_of_a_table_of_kids_has_its_rule(pharmacy: Path, source: Source) -> None:
    table, rows, _ = KIDS[source]
    imported(source, kids_file(pharmacy, table))
    assert DrugRule.objects.values("key").distinct().count() == rows


@pytest.mark.parametrize("source", MFDS)
@pytest.mark.django_db
def test_a_page_of_a_dur_listing_is_read_as_a_trial(pharmacy: Path, source: Source) -> None:
    made = imported(source, pharmacy / "mfds_dur" / MFDS[source], incomplete=True)
    assert (made.rows_read, made.rows_refused, made.values_stored, made.complete) == (1, 0, 1, False)
    assert DrugRule.objects.get().source == "MFDS DUR"


@pytest.mark.django_db
def test_the_leaflets_are_stored_each_product_once(pharmacy: Path) -> None:
    made = imported(
        Source.LEAFLETS, pharmacy / "mfds_easydrug" / "ybigta_all_drug_data.json", incomplete=True
    )
    assert (made.rows_read, made.values_stored) == (118, 115)
    assert not DrugLeaflet.objects.filter(directions__regex="<[a-z]").exists()


@pytest.mark.django_db
def test_the_enveloped_leaflets_are_whole(pharmacy: Path) -> None:
    made = imported(Source.LEAFLETS, pharmacy / "mfds_easydrug" / "easydrug_eye_subset_enveloped.json")
    assert (made.rows_read, made.values_stored, made.complete) == (15, 15, True)


@pytest.mark.django_db
def test_permits_are_stored_with_what_the_law_says_of_them(pharmacy: Path) -> None:
    imported(Source.PERMITS, pharmacy / "mfds_dur" / "medi-products-list.json", incomplete=True)
    assert list(DrugPermit.objects.values_list("legal_class", flat=True)) == ["rx", "rx", "rx"]


@pytest.mark.django_db
def test_the_details_of_a_permit_bring_its_barcodes(pharmacy: Path) -> None:
    imported(Source.PERMITS, pharmacy / "mfds_dur" / "single-medi-product-details.json")
    assert DrugPermit.objects.get().packs.count() == 7


@pytest.mark.django_db
def test_a_recall_blocks_every_barcode_and_lot_it_names(pharmacy: Path) -> None:
    imported(Source.RECALLS, pharmacy / "mfds_dur" / "retrieve-stop-sale-details-list.json", incomplete=True)
    lots = set(RecalledLot.objects.values_list("number", flat=True))
    assert lots == {"BR-230303-00", "BR-230321-02", "BR-240924-10", "BR-241209-12"}
    assert RecalledLot.objects.values("gtin").distinct().count() == 8


@pytest.mark.django_db
def test_a_recall_without_lots_blocks_its_barcodes_whole(pharmacy: Path) -> None:
    imported(Source.RECALLS, pharmacy / "mfds_dur" / "retrieve-stop-sale-list.json", incomplete=True)
    assert list(RecalledLot.objects.values_list("number", flat=True)) == [""] * 5


@pytest.mark.parametrize(
    ("ingredient", "routes"), [("brimonidine", {"ocular", "skin"}), ("levofloxacin", {"oral", "injection"})]
)
@pytest.mark.django_db
def test_the_age_rules_keep_eye_and_mouth_apart(pharmacy: Path, ingredient: str, routes: set[str]) -> None:
    imported(Source.KIDS_AGE, kids_file(pharmacy, "age_bann"))
    assert {rule.route for rule in DrugRule.objects.filter(ingredient=ingredient)} == routes
