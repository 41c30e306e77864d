"""Logs and metrics, with Powertools: one JSON line a fact, metrics embedded in the log, no call to AWS for either.

Every metric carries the dimension `service`, which is the stack's name: two stacks in one account share the namespace,
and an alarm must hear of its own only. Each set of dimensions is a metric that is billed by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit, single_metric

NAMESPACE = "Callout"


class Journal:
    """Writes what a verb says. It is handed page ids, responder ids, channels and codes; never an address or a key."""

    def __init__(self, service: str = "callout") -> None:
        self._service = service
        self._logger = Logger(service=service, location=None)  # it would always be this file
        self._metrics = Metrics(namespace=NAMESPACE, service=service)
        self._lock = Lock()

    def note(self, message: str, page_id: str = "", **facts: object) -> None:
        self._logger.info(message, extra=_extra(page_id, facts))

    def trouble(self, message: str, page_id: str = "", **facts: object) -> None:
        self._logger.error(message, extra=_extra(page_id, facts))

    def count(self, name: str, **dimensions: str) -> None:
        """One more of it. A set of dimensions is a metric of its own; each is billed: few values only."""
        with self._lock, single_metric(name, MetricUnit.Count, 1, namespace=NAMESPACE) as metric:
            for dimension, value in {"service": self._service, **dimensions}.items():
                metric.add_dimension(dimension, str(value))

    def late(self, seconds: float) -> None:
        with self._lock:
            self._metrics.add_metric("StepLateness", MetricUnit.Seconds, seconds)

    def synthetic(self, seconds: float) -> None:
        """How long after its probe began a synthetic page was handed over."""
        with self._lock:
            self._metrics.add_metric("SyntheticSeconds", MetricUnit.Seconds, seconds)

    @contextmanager
    def of_one_event(self) -> Iterator[None]:
        """Around each event that a function handles: what was measured goes out, whatever happened."""
        try:
            yield
        finally:
            with self._lock:
                if self._metrics.metric_set:
                    self._metrics.flush_metrics()


def _extra(page_id: str, facts: dict[str, object]) -> dict[str, object]:
    # The page is what ties the lines of several functions together, so it is the correlation id.
    return {**({"correlation_id": page_id} if page_id else {}), **{key: str(value) for key, value in facts.items()}}
