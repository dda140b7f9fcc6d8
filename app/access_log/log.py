"""Recording: requests that wait at the same time share one write and one sync; whoever comes first does it for all."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Event, Lock, Thread

import structlog

from app.access_log.anchors import Anchors
from app.access_log.chain import Chain, ChainBroken, Flush
from app.access_log.entries import Entry, Fact
from app.access_log.errors import AccessLogUnavailable
from app.access_log.keys import Keys, keys_of
from app.errors import ServiceError

FOLDER = "access-log"
SEGMENT_BYTES = 64 * 1024 * 1024
ANCHOR_SECONDS = 60.0
FLUSH_SECONDS = 0.1  # where the log is kept by `process`: what a power cut may cost
_log = structlog.get_logger(__name__)


class _Waiting:
    """A request whose entry isn't durable yet."""

    __slots__ = ("done", "entry", "failure")

    def __init__(self, entry: Entry) -> None:
        self.entry, self.done = entry, False
        self.failure: Exception | None = None


class AccessLog:
    """The access log of this process: a chain of its own below the data folder, begun with its first entry.

    `disk`: an entry is on the disk before `record` comes back. `process`: it is with the operating system, which
    outlives this process but not a power cut, and is on the disk a tenth of a second later.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        clock: Callable[[], datetime],
        flush: Flush = "disk",
        segment_bytes: int = SEGMENT_BYTES,
        anchor_seconds: float = ANCHOR_SECONDS,
    ) -> None:
        self._data_dir, self.folder, self.clock = data_dir, data_dir / FOLDER, clock
        self._flush, self._segment_bytes, self._anchor_seconds = flush, segment_bytes, anchor_seconds
        self._waiting: list[_Waiting] = []
        self._arrivals, self._commits = Lock(), Lock()
        self._chain: Chain | None = None
        self._known_keys: Keys | None = None
        self._anchored = 0.0
        self._ended = Event()
        self._flusher: Thread | None = None
        self.failing: str | None = None  # why the last commit failed, None when it didn't

    @property
    def keys(self) -> Keys:
        """The keys of this log."""
        if self._known_keys is None:
            try:
                self._known_keys = keys_of(self._data_dir)
            except OSError as error:
                raise _refused(error) from None
        return self._known_keys

    def pseudonym(self, value: str) -> str:
        """What stands in the log for a personal number or a record."""
        return self.keys.pseudonym(value)

    def record(self, entry: Entry) -> None:
        """Keep an entry; it is durable when this comes back. AccessLogUnavailable: it isn't, and nobody may answer."""
        mine = _Waiting(entry)
        with self._arrivals:
            self._waiting.append(mine)
        with self._commits:
            if not mine.done:
                with self._arrivals:
                    batch, self._waiting = self._waiting, []
                self._commit(batch)
        if mine.failure is not None:
            raise _refused(mine.failure) from None

    def probe(self) -> None:
        """Try again after a failure, so that a log that works again is found out without a request."""
        if self._known_keys is None or self.failing is not None:
            self.record(Entry("chain.probed", "khop"))

    def _commit(self, batch: list[_Waiting]) -> None:
        failure: Exception | None = None
        try:
            chain = self._opened()
            if chain.full:
                chain.rotate()
                self._anchor_if_possible(chain, "rotated")
            at = self.clock()
            chain.append([(waiting.entry, at) for waiting in batch])
            if time.monotonic() - self._anchored > self._anchor_seconds:
                self._anchor_if_possible(chain, "interval")
        except ChainBroken as error:
            self._abandon()
            failure = error
        except Exception as error:  # whatever it is: who waits must not be told that the entry is kept
            failure = error
        self.failing = None if failure is None else type(failure).__name__
        if failure is not None:
            _log.error("access_log.failed", kind=type(failure).__name__, reason=_refused(failure).facts.get("reason"))
        for waiting in batch:
            waiting.failure, waiting.done = failure, True

    def _opened(self) -> Chain:
        """The chain of this process: begun, anchored, ready."""
        if self._chain is None:
            name = f"{self.clock():%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
            keys = self.keys
            chain = Chain(self.folder / name, keys=keys, flush=self._flush, segment_bytes=self._segment_bytes)
            try:
                self._anchor(chain, "opened")
            except OSError:
                with suppress(OSError):
                    chain.close()
                raise
            self._chain = chain
            if self._flush == "process" and self._flusher is None:
                self._flusher = Thread(target=self._flush_now_and_then, name="access-log", daemon=True)
                self._flusher.start()
        return self._chain

    def _anchor(self, chain: Chain, reason: str) -> None:
        """Let the chain name the last anchor, then anchor the chain's head."""
        anchors = Anchors(self.folder, self.keys)
        tip, at = anchors.tip(), self.clock()
        facts: dict[str, Fact] = {"anchors": tip.count, "anchors_seal": tip.seal}
        chain.append([(Entry(f"chain.{reason}", "khop", facts=facts), at)])
        chain.sync()
        added = anchors.add(chain.head, reason=reason, at=at)
        self._anchored = time.monotonic()
        # The operational log usually leaves the machine: with it goes the head, out of an intruder's reach.
        if not structlog.is_configured():  # a command, whose output is its own
            return
        _log.info(
            "access_log.anchored",
            anchor=added.count,
            anchor_seal=added.seal,
            chain=chain.head.chain,
            entries=chain.head.entries,
        )

    def _anchor_if_possible(self, chain: Chain, reason: str) -> None:
        """Anchor now and then; the entries before are safe without it, so its failure stops nobody."""
        try:
            self._anchor(chain, reason)
        except ChainBroken:
            raise
        except OSError as error:
            self._anchored = time.monotonic()
            _log.warning("access_log.not_anchored", reason=error.strerror)

    def _abandon(self) -> None:
        """Leave a chain whose end isn't known any more; the next entry begins another one."""
        chain, self._chain = self._chain, None
        if chain is not None:
            with suppress(OSError):
                chain.close()

    def _flush_now_and_then(self) -> None:
        while not self._ended.wait(FLUSH_SECONDS):
            with self._commits:
                flush = None if self._chain is None else self._chain.later_sync()
            try:
                if flush is not None:
                    flush()
            except OSError as error:
                _log.error("access_log.failed", kind=type(error).__name__, reason=error.strerror)
                with self._commits:
                    self._abandon()

    def close(self) -> None:
        """Anchor the chain for the last time and let its files go."""
        self._ended.set()
        if self._flusher is not None:
            self._flusher.join()
        with self._commits:
            if self._chain is not None:
                with suppress(OSError):
                    self._anchor(self._chain, "closed")
                self._abandon()


def _refused(error: Exception) -> ServiceError:
    """What a request is told."""
    if isinstance(error, ServiceError):
        return error
    said = error.strerror if isinstance(error, OSError) else None
    return AccessLogUnavailable(reason=said or type(error).__name__)
