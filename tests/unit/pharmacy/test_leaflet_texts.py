"""Leaflets that somebody who reads little understands, in both languages."""

import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from pharmacy.domain.formulary import FORMULARY, Supply
from pharmacy.domain.leaflet import Section
from pharmacy.leaflet_texts import DOSES, HEADINGS, LEAFLETS

# What a proposal can end in; refills of a physician's order are explained by a pharmacist.
PROPOSABLE = [
    entry.code for entry in FORMULARY if entry.supply in (Supply.SYMPTOM_RELIEF, Supply.CONFIRMED_DIAGNOSIS)
]
HANGUL = re.compile("[가-힣]")
# Words that nobody says at home.
DIFFICULT = re.compile(
    "preservative|topical|ocular|conjunctiv|instil|adverse|contraindicat|hypersensitiv|administer|dosage"
    "|점안|결막|보존제|금기|과민|투여|용법|부작용|복용|이상반응",
    re.IGNORECASE,
)


def sentences(code: str, language: str) -> Iterator[str]:
    with translation.override(language):
        for said in LEAFLETS[code].values():
            yield from map(str, said)


def test_there_is_a_leaflet_for_everything_that_can_be_proposed_and_for_nothing_else() -> None:
    assert set(LEAFLETS) == set(DOSES) == set(PROPOSABLE)
    assert len(PROPOSABLE) >= 4


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("code", PROPOSABLE)
def test_every_section_says_something_in_both_languages(code: str, language: str) -> None:
    assert set(LEAFLETS[code]) == set(Section) == set(HEADINGS)
    assert all(LEAFLETS[code].values())
    for sentence in sentences(code, language):
        assert bool(HANGUL.search(sentence)) == (language == "ko"), sentence


@pytest.mark.parametrize("code", PROPOSABLE)
def test_sentences_are_short_and_their_words_are_those_of_every_day(code: str) -> None:
    for spoken in sentences(code, "en"):
        for sentence in re.split(r"(?<=[.?])\s", spoken):
            assert len(sentence.split()) <= 14, sentence
        assert not DIFFICULT.search(spoken), spoken
    for spoken in sentences(code, "ko"):
        for sentence in re.split(r"(?<=[.?])\s", spoken):
            assert len(sentence.replace(" ", "")) <= 38, sentence
        assert not DIFFICULT.search(spoken), spoken


@pytest.mark.parametrize("code", PROPOSABLE)
def test_the_dose_is_the_first_thing_said_of_its_use(code: str) -> None:
    assert LEAFLETS[code][Section.USE][0] == DOSES[code]


@pytest.mark.parametrize("entry", [e for e in FORMULARY if e.code in PROPOSABLE], ids=lambda e: e.code)
def test_the_dose_says_no_more_than_the_formulary_allows(entry: object) -> None:
    with translation.override("en"):
        said = str(DOSES[entry.code])
    times = re.search(r"At most (\d) times", said)
    a_day = int(times[1]) if times else sum(map(int, re.findall(r"\b(\d) ?(?=drop|capsule|in the)", said)))
    assert a_day == entry.doses_per_day_max
