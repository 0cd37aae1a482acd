"""What an installation must be told before it may start, and what a local one makes for itself."""

import os
import socket
import sys
from pathlib import Path

import psutil
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

LOOPBACK = ("localhost", "127.0.0.1", "::1")
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
        os.environ["SECRET_KEY"] = local_secret_key(VAR_DIR / "secret-key")
    if not os.environ.get("ALLOWED_HOSTS"):
        os.environ["ALLOWED_HOSTS"] = "localhost,127.0.0.1,[::1]"


def set_serving_defaults() -> None:
    """Prepare the environment of `make run`: debug on loopback only, plain HTTP, this machine's own names."""
    set_local_defaults()
    host, port = serving_address()
    if is_loopback(host):
        os.environ.setdefault("DEBUG", "1")
    else:
        os.environ["DEBUG"] = "0"
        os.environ["ALLOWED_HOSTS"] += "," + ",".join(_own_names(host))
    os.environ.setdefault("HTTPS", "0")
    named = socket.gethostname() if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    os.environ.setdefault("SITE_ADDRESS", f"http://{named}:{port}")


def serving_address() -> tuple[str, int]:
    """Where `make run` listens: HOST and PORT."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {port!r}.")
    return host, int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens on `host`."""
    return host in LOOPBACK


def wants_demo() -> bool:
    """Whether an empty desk is filled with demo content: on an embedded database unless DEMO=0, else with DEMO=1."""
    default = "0" if os.environ.get("DATABASE_URL") else "1"
    return (os.environ.get("DEMO") or default).lower() not in ("0", "no", "false", "off")


def _own_names(host: str) -> list[str]:
    found = [entry for entries in psutil.net_if_addrs().values() for entry in entries]
    ipv4 = [entry.address for entry in found if entry.family == socket.AF_INET]
    ipv6 = [f"[{entry.address.partition('%')[0]}]" for entry in found if entry.family == socket.AF_INET6]
    return [host, socket.gethostname(), *ipv4, *ipv6]


def local_secret_key(path: Path) -> str:
    """The secret key of this installation, made at the first call and readable by its owner only."""
    try:
        path.parent.mkdir(exist_ok=True)
        # Exclusive and private from its first moment: two commands starting together must agree on one key.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError as error:
        sys.exit(f"Cannot write to {path.parent}: {error.strerror}. Give this folder to the user who runs the desk.")
    with os.fdopen(descriptor, "w") as file:
        key = get_random_secret_key()
        file.write(key)
    return key
