"""Traces by OpenTelemetry, where an endpoint is configured: one span a request, with its route and status only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from starlette.types import Scope

from app.errors import Text, Unavailable
from matching.link import SERVICE_VERSION


class TracesMissing(Unavailable):
    """Traces are configured, but the packages for them aren't installed."""

    code = "traces.missing"
    title = Text("Thiếu gói OpenTelemetry", "OpenTelemetry isn't installed")
    detail = Text(
        "KHOP_OTLP_ENDPOINT được đặt nhưng chưa cài gói. Cài: pip install khop[traces]",
        "KHOP_OTLP_ENDPOINT is set, but the packages aren't installed. Install: pip install khop[traces]",
    )


class Span(Protocol):
    """The span of a request."""

    def answered(self, *, route: str, status: int) -> None:
        """Say how it ended."""


class _NoSpan(AbstractContextManager[Span]):
    def __enter__(self) -> Span:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def answered(self, *, route: str, status: int) -> None:
        """Nothing: nobody traces."""


_NO_SPAN = _NoSpan()


class Tracer:
    """Makes spans, or none where no endpoint is configured."""

    def request(self, scope: Scope) -> AbstractContextManager[Span]:
        """The span of a request."""
        del scope
        return _NO_SPAN

    def close(self) -> None:
        """Send what is left."""


class _OtlpSpan:
    def __init__(self, span: Any) -> None:
        self._span = span

    def answered(self, *, route: str, status: int) -> None:
        """Name the span after its route, never after a path."""
        self._span.update_name(route)
        self._span.set_attributes({"http.route": route, "http.response.status_code": status})


class _OtlpTracer(Tracer):
    def __init__(self, endpoint: str) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
        except ImportError:
            raise TracesMissing() from None
        resource = Resource({"service.name": "khop", "service.version": SERVICE_VERSION})
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
        self._tracer = self._provider.get_tracer("khop")
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def request(self, scope: Scope) -> Iterator[Span]:
        """A span that continues the caller's trace; an exception's text stays out of it."""
        parent = [value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"]
        context = self._propagator.extract({"traceparent": parent[0]}) if parent else None
        with self._tracer.start_as_current_span(
            "request", context=context, record_exception=False, set_status_on_exception=False
        ) as span:
            yield _OtlpSpan(span)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def tracer_of(endpoint: str | None) -> Tracer:
    """A tracer that sends to this endpoint, or one that does nothing."""
    return Tracer() if endpoint is None else _OtlpTracer(endpoint)
