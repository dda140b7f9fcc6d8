"""What this process counts for Prometheus: labels are routes, statuses and verdicts, never anything of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from matching.columns import Ints

CONTENT_TYPE: Final = "text/plain; version=1.0.0; charset=utf-8"
# Seconds: the goal is a median of 3 ms and 15 ms at the 99th percentile.
_SECONDS = (0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_CANDIDATES = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._counters: dict[tuple[str, ...], Counter] = {}  # families have labels of different number
        self._timed: dict[str, Histogram] = {}
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "khop_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "khop_request_seconds", "Seconds until the answer.", ("route",), buckets=_SECONDS, registry=self.registry
        )
        self.in_work = Gauge("khop_requests_in_work", "Requests that are being answered.", registry=self.registry)
        self._verdicts = Counter(
            "khop_verdicts", "Land users by verdict and category.", ("verdict", "category"), registry=self.registry
        )
        self._candidates = Histogram(
            "khop_candidates",
            "People of the register that a land user was compared with.",
            buckets=_CANDIDATES,
            registry=self.registry,
        )
        self._log_seconds = Histogram(
            "khop_access_log_seconds", "Seconds until an entry is kept.", buckets=_SECONDS, registry=self.registry
        )

    def answered(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """A request has been answered."""
        method = method if method in _METHODS else "OTHER"
        self._counter(self._requests, route, method, str(status)).inc()
        timed = self._timed.get(route)
        if timed is None:
            timed = self._timed[route] = self._seconds.labels(route)
        timed.observe(seconds)

    def _counter(self, family: Counter, *labels: str) -> Counter:
        """The counter of these labels; to look it up in its family takes a lock and four times as long."""
        found = self._counters.get(labels)
        if found is None:
            found = self._counters[labels] = family.labels(*labels)
        return found

    def decided(self, verdicts: Iterable[tuple[str, str]]) -> None:
        """Verdicts and categories of land users have been given."""
        for verdict, category in verdicts:
            self._counter(self._verdicts, verdict, category).inc()

    def compared(self, candidates: Ints) -> None:
        """Land users have been compared with so many people of the register each: counts, of nobody in particular."""
        for number in candidates.tolist():
            self._candidates.observe(number)

    def kept(self, seconds: float) -> None:
        """An entry of the access log has been kept."""
        self._log_seconds.observe(seconds)

    def watch(
        self, name: str, text: str, labels: tuple[str, ...], ask: Callable[[], Mapping[tuple[str, ...], float]]
    ) -> None:
        """Add a gauge whose values are asked for when Prometheus comes; what can't be asked then is left out."""
        self.registry.register(_Asked(name, text, labels, ask))

    def text(self) -> bytes:
        """All of it in the form that Prometheus reads."""
        return generate_latest(self.registry)


class _Asked(Collector):
    def __init__(
        self, name: str, text: str, labels: tuple[str, ...], ask: Callable[[], Mapping[tuple[str, ...], float]]
    ) -> None:
        self._name, self._text, self._labels, self._ask = name, text, labels, ask

    def describe(self) -> Iterable[Metric]:
        """Its name, without asking."""
        return [GaugeMetricFamily(self._name, self._text, labels=self._labels)]

    def collect(self) -> Iterable[Metric]:
        """Its values now."""
        family = GaugeMetricFamily(self._name, self._text, labels=self._labels)
        for values, number in self._ask().items():
            family.add_metric(values, number)
        return [family]
