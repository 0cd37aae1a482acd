"""Many texts at a time, by processes of their own: `extract_many(texts)`."""

import os
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from signal import SIG_IGN, SIGINT, signal
from threading import Thread

from claims.nlp.pipeline import ExtractionError, extract
from claims.nlp.types import Extraction

# Each holds the model, a quarter of a gigabyte, and reads a text with as many threads as there are cores; but the rules between
# the networks run in one thread, and so one process alone leaves a sixth of two cores unused.
PROCESSES = 2
AHEAD = 8


def extract_many(texts: Iterable[str | ExtractionError]) -> Generator[Extraction | ExtractionError, None, None]:
    """One result for each text, in order; a text that fails yields its error and costs no other.

    An error that is given comes out in its place. `AHEAD` texts are taken before the first result comes. A script that calls
    this must do so under `if __name__ == "__main__"`, as `multiprocessing` has it. Raises ExtractionError when a process ends
    while it reads.
    """
    waiting: deque[Future[Extraction | ExtractionError]] = deque()
    pool = ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=_follow_parent)
    try:
        for text in texts:
            waiting.append(pool.submit(_outcome, text))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise ExtractionError("A process ended while it read; memory may have run short.") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _follow_parent() -> None:
    signal(SIGINT, SIG_IGN)  # the parent's to answer
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A pool's process would wait for ever for a parent that was killed."""
    if parent := parent_process():
        parent.join()
    os._exit(1)


def _outcome(text: str | ExtractionError) -> Extraction | ExtractionError:
    if isinstance(text, ExtractionError):
        return text
    try:
        return extract(text)
    except ExtractionError as error:
        return error
