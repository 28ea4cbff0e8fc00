"""Goods of a scene. Each file has a scene `here` of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pharmacy.models import Lot, Machine
from records.actor import Actor
from records.models import Organization
from tests.factories import records as cast
from tests.integration.pharmacy.dispensing import Scene
from tests.integration.pharmacy.simulated import Simulated, simulated


@pytest.fixture
def pharmacist(clinic: Organization) -> Actor:
    return cast.actor(clinic, "pharmacist")


@pytest.fixture
def stored(here: Scene) -> Lot:
    return here.lot(packs=5)


@pytest.fixture
def other(here: Scene) -> Lot:
    """A lot that expires later and is never the first."""
    return here.lot(packs=3, expiry="2029-01")


@pytest.fixture
def machine(here: Scene, stored: Lot, other: Lot, tmp_path: Path) -> Iterator[Simulated]:
    """A simulated machine that holds both lots."""
    rows = [(lot.gtin, lot.number, lot.expiry.isoformat(), lot.on_hand) for lot in (stored, other)]
    with simulated(tmp_path, rows) as one:
        Machine.objects.update(port=one.port)
        yield one
