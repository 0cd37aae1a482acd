"""The mail server is down when somebody has forgotten a password, or is called by a colleague."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from claims.models import Claim
from tests.faults.desk import Desk, free_port, jobs, wait_until


class _Mailbox(socketserver.ThreadingTCPServer):
    """A mail server that takes everything and keeps it."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Session)
        self.messages: list[str] = []


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            word = line.strip().upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                assert isinstance(self.server, _Mailbox)
                self.server.messages.append(b"".join(lines).decode())
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 yes\r\n")
            if word == b"QUIT":
                return


@contextmanager
def mailbox(port: int) -> Iterator[list[str]]:
    """A mail server for as long as the block runs, and what it was given."""
    with _Mailbox(port) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.messages
        server.shutdown()


def test_a_mail_waits_until_its_server_is_up_and_goes_out_once(desk: Desk) -> None:
    port = free_port()
    desk.variables["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
    desk.start("web")
    ingest = desk.start("ingest")
    ana = desk.person()
    browser = desk.browser()
    answer = browser.post("/accounts/password/reset/", {"email": ana.email})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/password/reset/done/")
    wait_until(lambda: jobs("send_mail") == [("todo", 1)], what="the mail was tried and waits")
    assert "Connection refused" in ingest.log.read_text()
    with mailbox(port) as messages:
        wait_until(lambda: jobs("send_mail") == [("succeeded", 2)], seconds=90)
    (message,) = messages
    assert f"To: {ana.email}" in message
    assert re.search(rf"http://127\.0\.0\.1:{desk.port}/accounts/password/reset/key/\S+", message)


def test_a_mention_waits_for_the_mail_server_too(desk: Desk) -> None:
    port = free_port()
    desk.variables |= {
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "NOTIFICATION_MAIL_SECONDS": "0",
        "SITE_ADDRESS": "https://desk.example",
    }
    desk.start("web")
    desk.start("ingest")
    ana, ben = desk.person(), desk.person("ben")
    claim = Claim.objects.create(text="The pier is safe")
    answer = desk.browser(ana).post(f"/claims/{claim.pk}/comments/", {"text": "Look, @ben"})
    assert answer.status_code == 302
    waits = [("todo", 1), ("todo", 2)]
    wait_until(lambda: any(job in waits for job in jobs("mail_notifications")), seconds=150, what="the mail was tried")
    with mailbox(port) as messages:
        wait_until(lambda: jobs("mail_notifications")[0][0] == "succeeded", seconds=150)
        tried = len(jobs("mail_what_is_due"))
        wait_until(lambda: len(jobs("mail_what_is_due")) > tried, seconds=90, what="the minute came round once more")
    (message,) = messages
    assert f"To: {ben.email}" in message
    assert f"https://desk.example/claims/{claim.pk}/#comment-" in message.replace("=\n", "")
