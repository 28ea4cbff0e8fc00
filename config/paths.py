"""What the addresses of the portal are made of, beside what Django knows."""

from django.urls import register_converter


class Sha256:
    """The name of a stored photograph."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Sha256, "sha256")
