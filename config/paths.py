"""What the addresses of the portal are made of, beside what Django knows."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class Sha256(StringConverter):
    """The name of a stored photograph."""

    regex = "[0-9a-f]{64}"


register_converter(Sha256, "sha256")
