import json
import os
import subprocess
import sys

import pytest
from django.conf import LazySettings
from django.test import Client

HEAVY = ("torch", "torchvision", "timm", "openvino", "lightgbm", "sklearn")
RESOLVE = f"""
import json, sys
import config.wsgi
from django.urls import reverse
reverse("cases")  # imports every module of pages
from config.templatetags import words
print(json.dumps(sorted(set(sys.modules) & set({HEAVY!r}))))
"""


def test_the_process_says_that_it_is_up(visitor: Client) -> None:
    assert visitor.get("/healthz").json() == {"status": "up"}


def test_ready_means_that_database_and_redis_answer(visitor: Client) -> None:
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "redis": True})


@pytest.mark.django_db
def test_without_redis_it_is_not_ready_and_says_so(visitor: Client, settings: LazySettings) -> None:
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere.sock"}}
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": True, "redis": False})


def test_the_web_process_never_loads_torch_openvino_or_lightgbm() -> None:
    printed = subprocess.run(
        [sys.executable, "-c", RESOLVE], check=True, capture_output=True, text=True, env=os.environ
    ).stdout
    assert json.loads(printed.splitlines()[-1]) == []
