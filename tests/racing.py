"""Writes that happen at the same moment, over a real connection each."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

LONGEST = 30  # seconds


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call answered, or the error it ended in. The test needs `django_db(transaction=True)`."""
    ready = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(number: int) -> None:
        try:
            ready.wait(LONGEST)
            results[number] = calls[number]()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
        assert not thread.is_alive(), "one of the calls hangs"
    return results
