"""Fetching is never turned inward: odd spellings, redirects, names that change their mind, and credentials.

A guard around every socket says where connections go, so that a refusal that came too late fails, too.
"""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from claims.ingest import IngestError
from claims.ingest.fetching import download
from tests.unit.ingest import files

PUBLIC = "93.184.215.14"
ANOTHER_PUBLIC = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"


@dataclass
class Net:
    """Names and where connections go. A public address leads to the local server; any other one is only noted."""

    port: int
    answers: dict[str, list[list[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    redirect: str = ""


@pytest.fixture(name="net")
def _net(monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    """A server on this machine that stands for the public web, and a resolver that lies as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            net.paths.append(self.path)
            self.send_response(302 if self.path == "/moved" else 200)
            if self.path == "/moved":
                self.send_header("Location", net.redirect)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(files.PAGE.encode())

        def log_message(self, *args: Any) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    net = Net(server.server_port)
    resolve = socket.getaddrinfo

    def getaddrinfo(host: str, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in net.answers:
            return resolve(host, port, *args, **kwargs)  # spellings of addresses; real names do not occur here
        net.asked.append(host)
        rounds = net.answers[host]
        found = rounds.pop(0) if len(rounds) > 1 else rounds[0]
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in found
        ]

    def create_connection(address: tuple[str, int], *_args: Any, **_kwargs: Any) -> socket.socket:
        net.reached.append(address[0])
        if address[0] not in (PUBLIC, ANOTHER_PUBLIC):
            raise OSError("Not in this test.")
        made = socket.socket()
        made.connect(("127.0.0.1", net.port))
        return made

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr("urllib3.util.connection.create_connection", create_connection)
    yield net
    server.shutdown()
    server.server_close()
    thread.join()


# Spellings of this machine, of its network, and of what cloud machines tell about themselves.
INWARD = [
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1",
    "017700000001", "0177.0.0.1", "0177.1", "127.0.0.1.", "localhost", "LOCALHOST", "①②⑦.⓪.⓪.①", "127。0。0。1",
    "0", "0.0.0.0", "0x0", "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",  # noqa: S104
    "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]",
    "[fc00::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]", "169.254.169.254", "2852039166", "0xa9fea9fe",
    "0251.0376.0251.0376", "[::ffff:169.254.169.254]", "[64:ff9b::169.254.169.254]", "[64:ff9b::7f00:1]",
    "[64:ff9b:1::10.0.0.1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::]", "[2001:0:7f00:1::]", "[2001:db8::1]", "[3fff::1]",
    "[5f00::1]", "[100::1]", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "100.100.100.200",
    "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", INWARD)
def test_spellings_of_private_addresses_are_refused(net: Net, host: str, scheme: str) -> None:
    with pytest.raises(IngestError):
        download(f"{scheme}://{host}/")
    assert net.reached == []


@pytest.mark.parametrize("host", INWARD)
def test_redirects_inward_are_refused(net: Net, host: str) -> None:
    net.answers["news.example.com"] = [[PUBLIC]]
    net.redirect = f"http://{host}/secret"
    with pytest.raises(IngestError):
        download("http://news.example.com/moved")
    assert net.paths == ["/moved"]
    assert net.reached == [PUBLIC]


@pytest.mark.parametrize(
    "target",
    [
        "//127.0.0.1/secret",
        "file:///etc/passwd",
        "ftp://news.example.com/",
        "gopher://127.0.0.1:6379/_INFO",
        "data:text/html,<p>The mayor said no.</p>",
        "javascript:alert(1)",
        "http://me:secret@news.example.com/",
        "http://news.example.com:25/",
        "http://inward.example.com/secret",
    ],
)
def test_redirects_to_what_is_not_fetched(net: Net, target: str) -> None:
    net.answers |= {"news.example.com": [[PUBLIC]], "inward.example.com": [["10.0.0.7"]]}
    net.redirect = target
    with pytest.raises(IngestError):
        download("http://news.example.com/moved")
    assert "/secret" not in net.paths
    assert set(net.reached) == {PUBLIC}


@pytest.mark.parametrize("target", [r"\\127.0.0.1\secret", r"http:\\127.0.0.1\secret", r"/\127.0.0.1/secret"])
def test_redirects_with_backslashes_lead_nowhere_else(net: Net, target: str) -> None:
    """Browsers read them as slashes; here they are a path of the same site."""
    net.answers["news.example.com"] = [[PUBLIC]]
    net.redirect = target
    download("http://news.example.com/moved")
    assert set(net.reached) == {PUBLIC}


def test_a_name_is_asked_once_and_the_connection_goes_to_what_was_checked(net: Net) -> None:
    """DNS rebinding: public when it is looked at, private when it is connected to."""
    net.answers["rebind.example.com"] = [[PUBLIC], ["127.0.0.1"]]
    assert download("http://rebind.example.com/").data == files.PAGE.encode()
    assert net.asked == ["rebind.example.com"]
    assert net.reached == [PUBLIC]


def test_a_redirect_to_the_same_name_is_looked_at_anew(net: Net) -> None:
    net.answers["rebind.example.com"] = [[PUBLIC], ["127.0.0.1"]]
    net.redirect = "http://rebind.example.com/secret"
    with pytest.raises(IngestError, match="private network"):
        download("http://rebind.example.com/moved")
    assert net.reached == [PUBLIC]
    assert net.paths == ["/moved"]


@pytest.mark.parametrize(
    ("found", "reached"),
    [
        (["10.0.0.7", PUBLIC], []),
        ([PUBLIC, "10.0.0.7"], [PUBLIC]),
        (["::ffff:10.0.0.7", PUBLIC], []),
        ([ANOTHER_PUBLIC, "::1"], [ANOTHER_PUBLIC]),
    ],
)
def test_of_several_addresses_none_that_is_private_is_connected_to(
    net: Net, found: list[str], reached: list[str]
) -> None:
    net.answers["both.example.com"] = [found]
    if reached:
        download("http://both.example.com/")
    else:
        with pytest.raises(IngestError, match="private network"):
            download("http://both.example.com/")
    assert [address.strip("[]") for address in net.reached] == reached


@pytest.mark.parametrize(
    "address",
    [
        "http://news.example.com@127.0.0.1/",
        "http://news.example.com:80@127.0.0.1/",
        "http://@127.0.0.1/",
        "http://:@127.0.0.1/",
        "http://127.0.0.1#@news.example.com/",
        "http://127.0.0.1?@news.example.com/",
        r"http://127.0.0.1\@news.example.com/",
        r"http://news.example.com\@127.0.0.1/",
        "http://127.0.0.1%2f@news.example.com/",
        "http://127.0.0.1%00.news.example.com/",
        "http://127.0.0.1\t.news.example.com/",
        "http://127.0.0.1\r\nHost: news.example.com/",
        "http://news.example.com%40127.0.0.1/",
        "http:///127.0.0.1/",
        "http:127.0.0.1/",
        "http:/127.0.0.1/",
        "//127.0.0.1/",
        "\x00http://127.0.0.1/",
    ],
)
def test_addresses_that_readers_take_apart_differently(net: Net, address: str) -> None:
    net.answers["news.example.com"] = [[PUBLIC]]
    with pytest.raises(IngestError):
        download(address)
    assert net.reached == []


@pytest.mark.parametrize(
    "scheme", ["file", "ftp", "gopher", "dict", "ldap", "data", "jar", "netdoc", "unix", "HTTP+UNIX"]
)
def test_other_schemes_are_refused(net: Net, scheme: str) -> None:
    net.answers["news.example.com"] = [[PUBLIC]]
    with pytest.raises(IngestError, match="http:// or https://"):
        download(f"{scheme}://news.example.com/")
    assert net.reached == []


@pytest.mark.parametrize("port", [0, 1, 21, 22, 25, 53, 110, 143, 389, 445, 465, 587, 993])
def test_ports_of_other_services_are_refused(net: Net, port: int) -> None:
    """A public mail server must not be talked to either."""
    net.answers["news.example.com"] = [[PUBLIC]]
    with pytest.raises(IngestError, match="Port"):
        download(f"http://news.example.com:{port}/")
    assert net.reached == []


@pytest.mark.parametrize("port", ["", ":80", ":443", ":8080", ":8443"])
def test_ports_of_the_web_are_fetched_from(net: Net, port: str) -> None:
    net.answers["news.example.com"] = [[PUBLIC]]
    assert download(f"http://news.example.com{port}/").data
    assert net.reached == [PUBLIC]


def test_proxies_and_passwords_of_the_environment_are_not_used(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    net.answers["news.example.com"] = [[PUBLIC]]
    assert download("http://news.example.com/").data
    assert net.reached == [PUBLIC]
