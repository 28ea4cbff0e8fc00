import hashlib
from threading import Event
from time import sleep

import pytest
from django.db import transaction

from screening.errors import PhotographDamaged
from screening.storage import original_bytes, original_forget, original_keep
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
            original_forget(sha256, named=lambda: False)
            removing.set()
            sleep(0.3)  # the other comes meanwhile

    def keep() -> None:
        assert removing.wait(10)
        original_keep(sha256, data)

    assert together(remove, keep) == [None, None]
    assert original_bytes(sha256) == data
    original_forget(sha256, named=lambda: True)
    assert original_bytes(sha256) == data
