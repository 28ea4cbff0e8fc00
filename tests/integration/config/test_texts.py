"""Every text exists in Korean, and nothing a person reads was left out of the catalogue."""

import re
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from babel.messages import pofile
from babel.messages.extract import extract
from django.conf import LazySettings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.utils import translation
from django.utils.translation.template import templatize

from config.templatetags.words import EVIDENCE as EVIDENCE_WORDS
from config.templatetags.words import WORDS, percent
from screening.domain.rules import EVIDENCE

PROJECT = Path(__file__).resolve().parents[3]
CATALOGUE = PROJECT / "config/locale/ko/LC_MESSAGES/django.po"
STYLESHEET = (PROJECT / "config/static/config/nungil.css").read_text()
HANGUL = re.compile("[가-힣]")
# The same in both languages.
SAME = {"HbA1c"}


@pytest.fixture(scope="module")
def korean() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Korean texts by English ones (singular and plural where a text counts)."""
    with CATALOGUE.open("rb") as file:
        catalogue = pofile.read_po(file, locale="ko")
    found = {as_tuple(message.id): as_tuple(message.string) for message in catalogue if message.id}
    assert len(found) > 300
    return found


def as_tuple(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def test_no_text_is_untranslated_or_fuzzy(korean: dict[tuple[str, ...], tuple[str, ...]]) -> None:
    assert "#, fuzzy" not in CATALOGUE.read_text()
    left = {texts[0] for texts, strings in korean.items() if not all(map(HANGUL.search, strings))}
    assert left <= SAME


def test_every_placeholder_survives_translation(korean: dict[tuple[str, ...], tuple[str, ...]]) -> None:
    named = re.compile(r"%\(\w+\)s")
    wrong = [
        texts
        for texts, strings in korean.items()
        if set(named.findall(" ".join(texts))) != set(named.findall(" ".join(strings)))
    ]
    assert wrong == []


def test_every_marked_text_is_in_the_catalogue(korean: dict[tuple[str, ...], tuple[str, ...]]) -> None:
    apps = [path for path in PROJECT.iterdir() if (path / "apps.py").exists()]
    code = [path.read_text() for app in apps for path in app.rglob("*.py")]
    templates = [templatize(path.read_text()) for app in apps for path in app.rglob("templates/**/*.html")]
    marked = {texts for source in (*code, *templates) for texts in marked_in(source)}
    assert len(marked) > 300
    assert sorted(marked - set(korean)) == [], "run `make messages` and translate them"


def marked_in(source: str) -> set[tuple[str, ...]]:
    keywords = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2)}
    found = extract("python", BytesIO(source.encode()), keywords=keywords)
    return {as_tuple(texts) for _, texts, *_ in found}


def test_every_tag_of_evidence_has_words() -> None:
    assert tuple(EVIDENCE_WORDS) == EVIDENCE


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_every_code_has_a_word_in_both_languages(kind: str) -> None:
    with translation.override("ko"):
        in_korean = {code: str(word) for code, word in WORDS[kind].items()}
    with translation.override("en"):
        in_english = {code: str(word) for code, word in WORDS[kind].items()}
    for code, word in in_korean.items():
        assert HANGUL.search(word) or word in SAME
        assert not HANGUL.search(in_english[code])


@pytest.mark.parametrize(
    ("score", "shown"),
    [(None, "–"), (0.004, "0.4 %"), (0.0994, "9.9 %"), (0.0995, "10 %"), (0.996, "100 %"), (1.0, "100 %")],
)
def test_a_probability_is_shown_in_percent(score: float | None, shown: str) -> None:
    assert percent(score) == shown


def test_the_stylesheet_and_its_neighbours_can_be_collected_under_hashed_names(
    settings: LazySettings,
) -> None:
    hashed = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": hashed}
    call_command("collectstatic", interactive=False, verbosity=0)
    assert staticfiles_storage.url("config/nungil.css") != "/static/config/nungil.css"


COLOURS = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", STYLESHEET)
LIGHT = {name: light for name, light, _ in COLOURS}
DARK = {name: dark for name, _, dark in COLOURS}
TEXT_ON_GROUND = [
    *product(("ink", "soft", "accent"), ("ground", "surface", "sunken")),
    *(
        (name, f"{name}-ground")
        for name in ("routine", "urgent", "asap", "stat", "good", "warn", "danger", "drawn")
    ),
    *product(("good", "warn", "urgent", "asap", "danger"), ("surface", "sunken")),
    ("ink", "tint"),
    ("accent", "tint"),
    ("ink", "warn-ground"),
    ("ink", "urgent-ground"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(scheme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(scheme[text], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "surface"])
def test_focus_and_the_edges_of_fields_stand_out(scheme: dict[str, str], ground: str) -> None:
    assert contrast(scheme["focus"], scheme[ground]) >= 3
    assert contrast(scheme["control"], scheme[ground]) >= 3


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of #rrggbb."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
