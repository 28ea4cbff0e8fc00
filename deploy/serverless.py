"""Settings of a command that needs no server: whoever asks one for something learns that there is none."""

import os
import secrets

_NOWHERE = "this-command-has-no-server.invalid"


def environment() -> dict[str, str]:
    """What the settings need to load; what the caller's environment names already stays."""
    made = {
        "DATABASE_URL": f"postgresql://{_NOWHERE}/none",
        "REDIS_URL": f"redis://{_NOWHERE}",
        "SECRET_KEY": secrets.token_hex(32),
    }
    return {name: os.environ.get(name, value) for name, value in made.items()}
