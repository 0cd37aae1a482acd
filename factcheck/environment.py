"""What an installation must be told before it may start, and what a local one makes for itself."""

import os
import sys
from pathlib import Path

from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "ALLOWED_HOSTS")


def refuse_incomplete() -> None:
    """End the process, naming what is missing, when debug is off and a required setting is not given."""
    from django.conf import settings

    if settings.DEBUG:
        return
    missing = [name for name in REQUIRED_IN_PRODUCTION if not os.environ.get(name)]
    if missing:
        sys.exit(f"Refusing to start: set {' and '.join(missing)} in the environment (see README.md).")


def set_local_defaults() -> None:
    """Give a local installation its own secret key and loopback host names, unless the environment has them."""
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = _local_secret_key(VAR_DIR / "secret-key")
    if not os.environ.get("ALLOWED_HOSTS"):
        os.environ["ALLOWED_HOSTS"] = "localhost,127.0.0.1,[::1]"


def _local_secret_key(path: Path) -> str:
    path.parent.mkdir(exist_ok=True)
    try:
        # Exclusive and private from its first moment: two commands starting together must agree on one key.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        key = get_random_secret_key()
        file.write(key)
    return key
