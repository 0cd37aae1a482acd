#!/usr/bin/env python
"""Django's command line. Starts the embedded PostgreSQL for commands that need a database and have none."""

import os
import sys
from contextlib import ExitStack

from factcheck import environment, postgres

# These neither read nor write the database, so they do not wait for one.
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "demo_reset",  # removes the cluster itself
    "diffsettings",
    "help",
    "makemessages",
    "version",
}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    from django.core.management import execute_from_command_line

    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "help")
    needs_database = command not in WITHOUT_DATABASE and "--help" not in sys.argv
    with ExitStack() as stack:
        if postgres.is_embedded():
            environment.set_local_defaults()
            if needs_database:
                try:
                    stack.enter_context(postgres.serving())
                except postgres.ServerError as error:
                    sys.exit(f"The embedded PostgreSQL did not start: {error}")
        elif needs_database:
            environment.refuse_incomplete()
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
