"""Fetching pages: from a real server on this machine, and never from a private network."""

import gzip
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from claims.ingest import IngestError, fetch, fetching
from claims.ingest.fetching import MAX_REDIRECTS, download
from tests.unit.ingest import files

HTML = {"Content-Type": "text/html; charset=utf-8"}


class Handler(BaseHTTPRequestHandler):
    """Answers by a table of path to (status, headers, body); a callable body writes by itself."""

    answers: dict[str, tuple[int, dict[str, str], bytes | Callable[["Handler"], None]]]

    def do_GET(self) -> None:
        status, headers, body = self.answers.get(self.path, (404, HTML, b"nothing here"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if callable(body):
            body(self)
        else:
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Stay quiet."""


def drip(handler: Handler) -> None:
    try:
        for _ in range(200):
            handler.wfile.write(b"<p>")
            time.sleep(0.02)
    except OSError:
        return  # the reader has had enough


def too_much(handler: Handler) -> None:
    try:
        for _ in range(40):
            handler.wfile.write(b" " * 2**20)
    except OSError:
        return


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    page = files.PAGE.encode()
    bomb = gzip.compress(bytes(40 * 2**20))
    Handler.answers = {
        "/article": (200, HTML, page),
        "/gzip": (200, HTML | {"Content-Encoding": "gzip"}, gzip.compress(page)),
        "/moved": (302, {"Location": "/article"}, b""),
        "/loop": (302, {"Location": "/loop"}, b""),
        "/inward": (302, {"Location": "http://10.0.0.1/admin"}, b""),
        "/to-file": (302, {"Location": "file:///etc/hostname"}, b""),
        "/gone": (410, HTML, b"gone"),
        "/broken": (500, HTML, b"oops"),
        "/picture": (200, {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n"),
        "/pdf": (200, HTML, files.pdf("The mayor said no.")),
        "/text": (200, {"Content-Type": "text/plain"}, b"The mayor said no."),
        "/page-as-text": (200, {"Content-Type": "text/plain"}, page),
        "/empty": (200, HTML, b""),
        "/announced": (200, HTML | {"Content-Length": str(10**9)}, b"<html>"),
        "/endless": (200, HTML, too_much),
        "/bomb": (200, HTML | {"Content-Encoding": "gzip"}, bomb),
        "/not-gzip": (200, HTML | {"Content-Encoding": "gzip"}, page),
        "/drip": (200, HTML, drip),
    }
    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()
    thread.join()


def test_page_is_fetched_in_the_child(server: str) -> None:
    page = fetch(f" {server}/moved ", allow_loopback=True)
    assert page.data == files.PAGE.encode()
    assert (page.address, page.media_type) == (f"{server}/article", "text/html; charset=utf-8")
    assert page.fetched_at.tzinfo is not None


def test_child_does_not_reach_this_machine_by_itself(server: str) -> None:
    with pytest.raises(IngestError, match="private network"):
        fetch(f"{server}/article")


def test_page_is_told_by_its_content(server: str) -> None:
    assert download(f"{server}/gzip", allow_loopback=True).data == files.PAGE.encode()
    assert download(f"{server}/page-as-text", allow_loopback=True).data == files.PAGE.encode()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/nothing", "no such page .HTTP 404"),
        ("/gone", "removed .HTTP 410"),
        ("/broken", "error .HTTP 500"),
        ("/loop", f"more than {MAX_REDIRECTS} times"),
        ("/inward", "private network"),
        ("/to-file", "http:// or https://"),
        ("/picture", "image/png"),
        ("/pdf", "no web page"),
        ("/text", "no web page"),
        ("/empty", "empty"),
        ("/announced", "too large"),
        ("/endless", "too large"),
        ("/bomb", "too large"),
        ("/not-gzip", "could not be reached"),
    ],
)
def test_what_is_no_page_is_refused_with_a_reason(server: str, path: str, message: str) -> None:
    with pytest.raises(IngestError, match=message):
        download(server + path, allow_loopback=True)


def test_page_that_drips_is_given_up(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    with pytest.raises(IngestError, match="too long"):
        download(f"{server}/drip", allow_loopback=True)


def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    with pytest.raises(IngestError, match="could not be reached"):
        download(address, allow_loopback=True)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/hostname",
        "http://",
        "http://[::1",
        "http://a:99999/",
        "javascript:1",
    ],
)
def test_only_web_addresses(address: str) -> None:
    with pytest.raises(IngestError, match="address"):
        download(address)


def test_no_credentials_in_addresses() -> None:
    with pytest.raises(IngestError, match="user name"):
        download("http://user:secret@example.org/")


@pytest.mark.parametrize(
    "resolved",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:a00:1::",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_names_that_lead_inward_are_refused(resolved: str, monkeypatch: pytest.MonkeyPatch) -> None:
    six = ipaddress.ip_address(resolved).version == 6
    found = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (resolved, 80, 0, 0))
    if not six:
        found = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (resolved, 80))  # type: ignore[assignment]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: [found])
    with pytest.raises(IngestError, match="private network"):
        download("http://inward.example.org/")


@pytest.mark.parametrize("address", ["http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://0/"])
def test_odd_spellings_of_this_machine_are_refused(address: str) -> None:
    with pytest.raises(IngestError, match="private network"):
        download(address)
