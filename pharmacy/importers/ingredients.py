"""Names of ingredients as the sources write them, joined to our codes."""

import csv
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from pharmacy.domain.drug_rules import ingredient_key
from pharmacy.domain.reading import normal_form
from pharmacy.domain.substances import SUBSTANCES
from pharmacy.importers.routes import ROUTE_NOTES, form_words

# Counted up when rows are read otherwise than before.
READER = "2026.11-1"
ALIASES = Path(__file__).with_name("aliases.csv")

# "Containing preparations" is about the ingredient in any of them.
_CONTAINING = re.compile(r"\s*함유\s*\S*제\b\s*")
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_CODE = re.compile(r"\[[A-Z]\d+\]")
# Two names of one substance: "pethidine(meperidine)". Isotopes and grades, with digits, make another one.
_SYNONYM = re.compile(r"[A-Za-z][A-Za-z -]+")
_KOREAN = re.compile(r"[가-힣]")
_AND = re.compile(r"\s*[+/]\s*")


@lru_cache(maxsize=1)
def aliases() -> dict[str, str]:
    """Our code by each normal form of a name: of the alias table, then of the substances people report."""
    known = {name: substance.code for substance in SUBSTANCES for name in substance.names}
    with ALIASES.open(encoding="utf-8", newline="") as file:
        known |= {normal_form(row["name"]): row["code"] for row in csv.DictReader(file)}
    return known


@lru_cache(maxsize=1)
def reader_version() -> str:
    """Changes with the joins, so that the same file is read anew after them."""
    joins = repr(sorted(aliases().items())).encode() + ROUTE_NOTES.read_bytes()
    return f"{READER}+{hashlib.blake2b(joins, digest_size=4).hexdigest()}"


@lru_cache(maxsize=100_000)
def read_ingredient(name: str) -> tuple[str, tuple[str, ...]]:
    """The ingredient key of a source's name, and the parts of it that join no code of ours.

    "Brimonidine Tartrate/Timolol" gives "brimonidine+timolol". A name that joins nothing keeps its own words.
    Empty for a name without any.
    """
    parts = [part for part in (_bare(part) for part in _AND.split(_CODE.sub("", name))) if part]
    codes = aliases()
    unjoined = tuple(part for part in parts if part not in codes)
    return ingredient_key(*dict.fromkeys(codes.get(part, part) for part in parts)), unjoined


def _bare(name: str) -> str:
    """The name itself, without forms, remarks and further names; these limit a rule or say it twice."""
    first = _CONTAINING.sub(" ", name.partition(" = ")[0])
    while (without := _BRACKETS.sub(_kept, first)) != first:
        first = without
    return normal_form(first)


def _kept(bracket: re.Match[str]) -> str:
    inner = bracket[1].strip()
    said_beside = not inner or form_words(inner) or _KOREAN.search(inner) or _SYNONYM.fullmatch(inner)
    return "" if said_beside else bracket[0]
