"""A disk is full when somebody uploads a file: the one that uploads wait on, and the database's."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from claims.models import Document, Intake
from factcheck import postgres
from tests.faults.desk import Desk, text_of

# Above 2.5 MB an upload waits in a file; the database compresses nothing that is random.
FULL = "A disk of the server is full"
SIZE = 6 * 2**20


def page_of(size: int) -> bytes:
    """An article as a web page of that many bytes, most of them a comment."""
    paragraphs = "".join(f"<p>{line}</p>" for line in text_of(1).splitlines() if line)
    page = f"<!doctype html><title>The port</title><article><h1>The port</h1>{paragraphs}</article>".encode()
    with Path("/dev/urandom").open("rb") as noise:
        return page + b"<!--" + noise.read(size // 2).hex().encode() + b"-->"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A filesystem of 2 MB. Making one is root's right, which root of a container may lack."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0777", "none", str(place)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no small filesystem can be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S607


def upload(desk: Desk) -> int:
    """Upload an article; the status of the answer, whose page is one of ours."""
    page = page_of(SIZE)
    answer = desk.browser(desk.person()).post("/articles/intakes/", {}, {"file": ("port.html", page, "text/html")})
    if answer.status_code == 302:
        return 302
    assert FULL in answer.text, answer.text[:2000]
    status: int = answer.status_code
    return status


def goes_on(desk: Desk) -> bool:
    """Whether the rest of the site does not suffer."""
    browser = desk.browser(desk.person())
    return {browser.get(path).status_code for path in ("/", "/articles/", "/articles/add/")} == {200}


def stored() -> tuple[int, int]:
    return Intake.objects.count(), Document.objects.count()


def test_no_room_for_the_upload(desk: Desk, small_disk: Path) -> None:
    web = desk.start("web", TMPDIR=str(small_disk))
    assert upload(desk) == 503
    assert stored() == (0, 0)
    assert list(small_disk.iterdir()) == [], "what was received is not left lying there"
    assert goes_on(desk)
    assert "No space left on device" in web.log.read_text()
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)  # noqa: S607
    assert upload(desk) == 302
    assert stored() == (1, 1)


def test_no_file_may_grow_so_large(desk: Desk) -> None:
    """Runs everywhere: a limit of the process's own answers like a full disk."""
    desk.start("web", "prlimit", f"--fsize={2**20}")
    assert upload(desk) == 503
    assert stored() == (0, 0)
    assert goes_on(desk)


def test_no_room_in_the_database(desk: Desk, small_disk: Path) -> None:
    # PostgreSQL insists on a folder of its own user's.
    place = small_disk / "documents"
    place.mkdir()
    subprocess.run(["chown", postgres._owner(), str(place)], check=True)  # noqa: S607
    for parent in small_disk.parents:
        if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o001)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        cursor.execute("ALTER TABLE claims_document SET TABLESPACE small")
    web = desk.start("web")
    assert upload(desk) == 503
    assert stored() == (0, 0)
    assert goes_on(desk)
    assert "No space left on device" in web.log.read_text()
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)  # noqa: S607
    assert upload(desk) == 302
    assert upload(desk) == 302
    assert stored() == (2, 2), "other bytes are another document"
