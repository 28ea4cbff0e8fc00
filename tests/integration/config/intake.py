"""The steps of intake as requests, for the tests of its pages."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from screening.models import Encounter, FundusImage, ReceivedPhotograph

UNKNOWN = {
    "feels": "",
    "diabetes": "",
    "hypertension": "",
    "smoking": "",
    "takes": "",
    "seen": "0-0",
}


def address(name: str, visit: Encounter) -> str:
    return reverse(name, args=[visit.public_id])


def send(
    client: Client, visit: Encounter, data: bytes, name: str = "a.jpg", **more: str
) -> tuple[int, dict[str, Any]]:
    file = SimpleUploadedFile(name, data)
    answer = client.post(
        address("intake-receive", visit), {"photograph": file} | more, headers={"accept": "application/json"}
    )
    return answer.status_code, json.loads(answer.content)


def use(client: Client, visit: Encounter, eye: str, **more: str) -> None:
    waiting = ReceivedPhotograph.objects.filter(state="waiting").latest("pk")
    client.post(address("intake-use", visit), {"sha256": waiting.sha256, "eye": eye} | more)


def eyes_stored() -> list[str]:
    return sorted(FundusImage.objects.values_list("laterality", flat=True))
