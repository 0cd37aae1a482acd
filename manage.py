#!/usr/bin/env python
"""Django's command line. Starts the embedded PostgreSQL for commands that need a database and have none."""

import os
import signal
import sys
from contextlib import ExitStack

from factcheck import environment, postgres

# These neither read nor write the database, so they do not wait for one.
WITHOUT_DATABASE = {
    "collectstatic",
    "compilemessages",
    "demo_reset",  # removes the cluster itself
    "diffsettings",
    "draw_permissions",
    "draw_workflow",
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
    # A terminated command must leave its blocks in order, or the server would be left running.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    if command == "serve":
        environment.set_serving_defaults()
    elif postgres.is_embedded():
        environment.set_local_defaults()
    elif needs_database:
        environment.refuse_incomplete()
    with ExitStack() as stack:
        if needs_database and postgres.is_embedded():
            try:
                stack.enter_context(postgres.serving())
            except postgres.ServerError as error:
                sys.exit(f"The embedded PostgreSQL is of no use: {error}.")
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
