"""The server that tests and clinics run took the options that it was started with."""

import psutil
import pytest
from django.db import connection

from deploy.postgres import sized

SIZES = [each.split("=") for each in sized(psutil.virtual_memory().total) if each.endswith("MB")]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "size"), SIZES)
def test_the_running_server_is_sized_for_this_machine(name: str, size: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_bytes(current_setting(%s)) = pg_size_bytes(%s)", [name, size])
        assert cursor.fetchone() == (True,)
