#!/usr/bin/env python
"""Django's command line; starts the embedded PostgreSQL and Redis when no other is configured."""

import os
import sys

# They read and write files only: no server is started for them, and their settings reach none.
NEEDS_NO_SERVER = {
    "compare_backbones",
    "evaluate_fusion",
    "evaluate_scorer",
    "measure_quality",
    "scaling_report",
    "simulate_cohort",
    "train_fusion",
    "train_scorer",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "DATABASE_URL" not in os.environ and sys.argv[1:2] and sys.argv[1] in NEEDS_NO_SERVER:
        from deploy import serverless

        os.environ.update(serverless.environment())
    elif "DATABASE_URL" not in os.environ:
        from deploy import embedded

        print(f"DATABASE_URL is not set: using the embedded servers under {embedded.VAR}", file=sys.stderr)  # noqa: T201
        os.environ.update(embedded.ensure_running())
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
