"""One address to the bytes of its page.

Runs in the limited child, whose wall clock also ends look-ups and headers that drip in as slowly as they like.
"""

import ipaddress
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.exceptions import HTTPError

from claims.ingest import sniff
from claims.ingest.types import MAX_BYTES, Fetched, IngestError

MAX_REDIRECTS = 5
SECONDS = 30
CHUNK = 65536
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; factcheck-desk)",
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Encoding": "gzip, deflate",
}
# Below the free ports, others are mail's and the like: a stranger's page must not have this machine talk to them.
WEB_PORTS = (80, 443)
FREE_PORTS = 1024
# What a page may be declared as; what it is, its content says.
PAGE_TYPES = ("", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream")
PRIVATE = "This address leads into a private network; only public pages are fetched."
TOO_LARGE = f"The page is too large: {MAX_BYTES // 2**20} MB are allowed."
TOO_SLOW = "The page took too long to answer."
REASONS = {
    401: "it asks for a sign-in",
    402: "it asks for payment",
    403: "it refuses access",
    404: "there is no such page",
    410: "the page was removed",
    429: "it asks to wait; try again later",
    451: "it is blocked for legal reasons",
}


class PublicOnlyAdapter(IPFilterAdapter):  # type: ignore[misc]  # the library ships no types
    """The library's filter, and whatever else is not plainly public: IPv6 that embeds IPv4 in old ways, site-local."""

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        address = ipaddress.ip_address(host["host"].strip("[]"))
        if address.is_loopback and self._allow_loopback:
            return host, pool
        odd = isinstance(address, ipaddress.IPv6Address) and (address.is_reserved or address.is_site_local)
        if odd or not address.is_global:
            raise InvalidIPAddress(address)
        return host, pool


def download(address: str, *, allow_loopback: bool = False) -> Fetched:
    """Fetch a page. `allow_loopback` is for tests with a server of their own and is never set from a request."""
    deadline = time.monotonic() + SECONDS
    with _session(allow_loopback=allow_loopback) as session:
        for _ in range(MAX_REDIRECTS + 1):
            _check(address)
            try:
                response = session.get(address, headers=HEADERS, stream=True, allow_redirects=False)
                with response:
                    target = session.get_redirect_target(response)
                    if target is None:
                        return _take(response, address, deadline)
            except (requests.RequestException, HTTPError, UnicodeError, OSError) as error:
                raise IngestError(_reason(error)) from error
            address = urljoin(address, target)
    raise IngestError(f"The address redirects more than {MAX_REDIRECTS} times.")


def _session(*, allow_loopback: bool) -> HTTPSession:
    config = Config(
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=allow_loopback,
        never_redirect=True,
        default_timeout=(5, 10),
    )
    session = HTTPSession(config)
    # Proxies from the environment would resolve names themselves, behind the filter's back.
    session.trust_env = False
    session.mount("http://", PublicOnlyAdapter(is_https_proto=False, allow_loopback=allow_loopback))
    session.mount("https://", PublicOnlyAdapter(is_https_proto=True, allow_loopback=allow_loopback))
    return session


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
        well_formed = parts.scheme in ("http", "https") and bool(parts.hostname)
        port = parts.port
    except ValueError as error:
        raise IngestError("This is no web address.") from error
    if not well_formed:
        raise IngestError("Only addresses that begin with http:// or https:// can be fetched.")
    if parts.username or parts.password:
        raise IngestError("Addresses with a user name or password in them are not fetched.")
    if port is not None and port not in WEB_PORTS and port < FREE_PORTS:
        raise IngestError(f"Port {port} belongs to something else than web pages, so it was not fetched.")


def _take(response: requests.Response, address: str, deadline: float) -> Fetched:
    if response.status_code != 200:
        reason = REASONS.get(response.status_code, "it answers with an error")
        raise IngestError(f"The page could not be fetched: {reason} (HTTP {response.status_code}).")
    media_type = response.headers.get("Content-Type", "")
    bare = media_type.split(";")[0].strip().lower()
    if bare not in PAGE_TYPES:
        raise IngestError(f"The address leads to no web page but to {bare}. Save the file and upload it instead.")
    if int(length if (length := response.headers.get("Content-Length", "")).isdecimal() else 0) > MAX_BYTES:
        raise IngestError(TOO_LARGE)
    data = bytearray()
    # Counted after gzip is undone: a small answer may unpack to gigabytes. read1 returns with what is there.
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        data += chunk
        if len(data) > MAX_BYTES:
            raise IngestError(TOO_LARGE)
        if time.monotonic() > deadline:
            raise IngestError(TOO_SLOW)
    if not data.strip():
        raise IngestError("The page is empty.")
    if sniff.detect(bytes(data), media_type=media_type) != sniff.HTML:
        raise IngestError("The address leads to no web page. Save the file and upload it instead.")
    return Fetched(data=bytes(data), media_type=media_type, address=address, fetched_at=datetime.now(UTC))


def _reason(error: Exception) -> str:
    if isinstance(error, InvalidIPAddress):
        return PRIVATE
    if isinstance(error, requests.exceptions.SSLError):
        return "The page's certificate is not valid, so it was not fetched."
    if isinstance(error, requests.Timeout):
        return TOO_SLOW
    if isinstance(error, requests.exceptions.InvalidURL | UnicodeError):
        return "This is no web address."
    return "The address could not be reached: check it, or paste the text instead."
