"""What is said of a medicine that a physician ordered: short, in both languages, and nothing made up (PL-09)."""

import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from pharmacy.domain.formulary import FormularyEntry, entry_by_code
from pharmacy.domain.leaflet import Section
from pharmacy.domain.order_reading import orderable
from pharmacy.domain.policy import KOREA
from pharmacy.leaflet_texts import LEAFLETS
from pharmacy.order_leaflet_texts import leaflet_on_order
from tests.unit.pharmacy.test_leaflet_texts import DIFFICULT, HANGUL

ORDERABLE = orderable(KOREA)
every_orderable = pytest.mark.parametrize("entry", ORDERABLE, ids=lambda entry: entry.code)


def said(entry: FormularyEntry, language: str) -> dict[Section, tuple[str, ...]]:
    with translation.override(language):
        return {section: tuple(map(str, words)) for section, words in leaflet_on_order(entry).items()}


def sentences(entry: FormularyEntry, language: str) -> Iterator[str]:
    for words in said(entry, language).values():
        for spoken in words:
            yield from re.split(r"(?<=[.?])\s", spoken)


@pytest.mark.parametrize("language", ["ko", "en"])
@every_orderable
def test_everything_that_can_be_ordered_has_every_section_in_both_languages(
    entry: FormularyEntry, language: str
) -> None:
    leaflet = said(entry, language)
    assert set(leaflet) == set(Section) and all(leaflet.values())
    assert all(bool(HANGUL.search(one)) == (language == "ko") for one in sentences(entry, language))


def test_nothing_that_can_be_ordered_has_a_leaflet_of_our_own_as_well() -> None:
    assert len(ORDERABLE) >= 19
    assert not {entry.code for entry in ORDERABLE} & set(LEAFLETS)


@every_orderable
def test_sentences_are_short_and_their_words_are_those_of_every_day(entry: FormularyEntry) -> None:
    for sentence in sentences(entry, "en"):
        assert len(sentence.split()) <= 14 and not DIFFICULT.search(sentence), sentence
    for sentence in sentences(entry, "ko"):
        assert len(sentence.replace(" ", "")) <= 38 and not DIFFICULT.search(sentence), sentence


@every_orderable
def test_every_ingredient_is_named(entry: FormularyEntry) -> None:
    named = said(entry, "en")[Section.PURPOSE][-1]
    assert all(
        name.replace("vitamin-", "vitamin ").casefold() in named.casefold() for name in entry.ingredients
    )


@every_orderable
def test_of_effects_that_nobody_wrote_the_pack_and_the_pharmacist_are_named(entry: FormularyEntry) -> None:
    assert said(entry, "en")[Section.EFFECTS][-2:] == (
        "What else you may feel stands on the paper in the pack.",
        "You feel something new? Tell the pharmacist.",
    )


@pytest.mark.parametrize(
    ("code", "section", "sentence", "there"),
    [
        ("latanoprost-0.005", Section.KEEPING, "fridge", True),
        ("timolol-0.5", Section.KEEPING, "fridge", False),
        ("timolol-0.5", Section.CARE, "contact lenses", True),
        ("hyaluronate-0.1-unit-dose", Section.CARE, "contact lenses", False),
        ("hyaluronate-0.1-unit-dose", Section.KEEPING, "Never keep an opened container.", True),
        ("areds-beta-carotene", Section.CARE, "Do you smoke", True),
    ],
)
def test_how_it_is_kept_and_what_to_mind_follow_the_formulary(
    code: str, section: Section, sentence: str, there: bool
) -> None:
    words = " ".join(said(entry_by_code(code), "en")[section])
    assert (sentence in words) == there
