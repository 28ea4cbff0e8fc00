import hashlib
import os
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from screening.errors import PhotographDamaged
from screening.storage import original_bytes, original_forget, original_keep, original_name
from tests.integration.screening.test_concurrency import together


def test_an_original_that_is_gone_says_what_to_do() -> None:
    with pytest.raises(PhotographDamaged, match="missing; restore it"):
        original_bytes("0" * 64)


@pytest.mark.django_db(transaction=True)
def test_what_is_being_removed_is_stored_anew_and_what_a_row_names_is_not_removed() -> None:
    data = b"a photograph"
    sha256 = hashlib.sha256(data).hexdigest()
    original_keep(sha256, data)
    removing = Event()

    def remove() -> None:
        with transaction.atomic():
            original_forget(sha256, in_use=lambda: False)
            removing.set()
            sleep(0.3)  # the other comes meanwhile

    def keep() -> None:
        assert removing.wait(10)
        original_keep(sha256, data)

    assert together(remove, keep) == [None, None]
    assert original_bytes(sha256) == data
    original_forget(sha256, in_use=lambda: True)
    assert original_bytes(sha256) == data


def test_damaged_bytes_are_mended_by_the_same_sent_again(db: None) -> None:
    data = b"a photograph"
    sha256 = hashlib.sha256(data).hexdigest()
    original_keep(sha256, data)
    Path(default_storage.path(original_name(sha256))).write_bytes(b"damaged")
    original_keep(sha256, data)
    assert original_bytes(sha256) == data


def test_what_could_not_be_written_whole_leaves_no_file(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        original_keep("ab" * 32, b"a photograph")
    folder = Path(default_storage.path(original_name("ab" * 32))).parent
    assert not list(folder.iterdir())


@pytest.mark.django_db(transaction=True)
def test_what_somebody_stores_just_now_is_not_removed() -> None:
    sha256 = hashlib.sha256(b"a photograph").hexdigest()
    with transaction.atomic():
        original_keep(sha256, b"a photograph")
        (done,) = together(lambda: original_forget(sha256, in_use=lambda: False))
    assert done is False
    assert original_bytes(sha256) == b"a photograph"
