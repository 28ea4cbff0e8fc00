"""The font of label and leaflet comes with its licence (OFL 1.1 asks that each copy has notice and text)."""

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from config.handout.lettering import BOLD, CARRIER, LICENCE, REGULAR

ROOT = Path(__file__).resolve().parents[3]
SKIPPED = {".git", ".venv", "var", "node_modules"}


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_the_notice_names_the_holder_that_the_font_itself_names(name: str) -> None:
    font = TTFont(Path(find_spec(CARRIER).origin).parent / "fonts" / f"{name}.ttf", lazy=True)
    [holder] = re.findall(r"Copyright © \d{4} (\w+ Corporation)", font["name"].getDebugName(0))
    assert f"{holder} (" in LICENCE.read_text() and REGULAR in LICENCE.read_text()


def test_the_licence_is_whole() -> None:
    text = LICENCE.read_text()
    begins = [
        "SIL OPEN FONT LICENSE Version 1.1",
        "PREAMBLE",
        "PERMISSION & CONDITIONS",
        "TERMINATION",
        "DISCLAIMER",
    ]
    places = [text.index(one) for one in begins]
    assert places == sorted(places) and text.rstrip().endswith("OTHER DEALINGS IN THE FONT SOFTWARE.")


def test_no_font_of_ours_lies_anywhere_without_a_licence_beside_it() -> None:
    kinds = (".ttf", ".otf", ".woff", ".woff2")
    fonts = [path for folder in _folders() for path in folder.iterdir() if path.suffix in kinds]
    assert [path for path in fonts if not any(path.parent.glob("*OFL*"))] == []


def _folders() -> Iterator[Path]:
    """Without those that others write to meanwhile."""
    for folder, inner, _ in os.walk(ROOT):
        inner[:] = [name for name in inner if name not in SKIPPED]
        yield Path(folder)
