"""The worker processes of one function: each has one event at a time, as on Lambda."""

import threading
from collections.abc import Mapping
from typing import Any

from infra.local.function import Function
from infra.local.logs import Logs
from infra.local.sandbox import Answer, Gone, Sandbox

WORKERS_MAX = 4


class Pool:
    """Grows while events wait; each has whichever worker is free first, a new one or one that was busy.

    The newest idle worker is taken first, as Lambda keeps few of them warm.
    """

    def __init__(self, function: Function, environment: Mapping[str, str], logs: Logs) -> None:
        self.function = function
        self._environment, self._logs = environment, logs
        self._size = min(WORKERS_MAX, function.concurrency or WORKERS_MAX)
        self._idle: list[Sandbox] = []
        self._workers: set[Sandbox] = set()
        self._waiting = 0
        self._loading = 0
        self._free = threading.Condition()
        self._closed = False

    def start_one(self) -> None:
        with self._free:
            self._idle.append(self._start())

    def invoke(self, event: Any) -> Answer:
        worker = self._take()
        if worker is None:
            return Answer(Gone("Sandbox.Closed", "The local stack is ending", "").payload, failed=True)
        try:
            answer = worker.run(event)
        except Gone as gone:
            self._logs.add(self.function.logical_id, str(gone))
            self._discard(worker)
            return Answer(gone.payload, failed=True)
        except BaseException:
            self._discard(worker)
            raise
        self._give_back(worker)
        return answer

    def _give_back(self, worker: Sandbox) -> None:
        with self._free:
            if not self._closed:
                self._idle.append(worker)
                self._free.notify()
                return
        self._discard(worker)

    def _take(self) -> Sandbox | None:
        with self._free:
            self._waiting += 1
            try:
                while not (self._closed or self._idle):
                    self._grow()
                    self._free.wait()
            finally:
                self._waiting -= 1
            return None if self._closed else self._idle.pop()

    def _grow(self) -> None:
        if self._loading < self._waiting and len(self._workers) < self._size:
            worker = self._start()
            self._loading += 1
            threading.Thread(target=self._load, args=[worker], daemon=True).start()

    def _load(self, worker: Sandbox) -> None:
        worker.wait_loaded()
        with self._free:
            self._loading -= 1
        self._give_back(worker)

    def _start(self) -> Sandbox:
        worker = Sandbox(self.function, self._environment, self._logs)
        self._workers.add(worker)
        return worker

    def _discard(self, worker: Sandbox) -> None:
        with self._free:
            self._workers.discard(worker)
            self._free.notify_all()
        worker.close()

    def close(self) -> None:
        """A busy worker is killed here, and cleared away by whoever waits for its answer."""
        with self._free:
            self._closed = True
            idle, self._idle = self._idle, []
            self._workers -= set(idle)
            busy = list(self._workers)
            self._free.notify_all()
        for worker in busy:
            worker.kill()
        for worker in idle:
            worker.close()
        with self._free:
            self._free.wait_for(lambda: not self._workers, timeout=5)
