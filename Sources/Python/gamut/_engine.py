"""What starts tasks on the machines of a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, cast

from gamut._tasks import Outcome, Task

#: How often a task is tried that fails for reasons which may pass. Dead machines are the engine's affair.
_ATTEMPTS = 3


class Engine(Protocol):
    """What starts tasks on other machines."""

    #: How many threads a task has, unless told otherwise.
    threads: int

    def run(self, tasks: Sequence[Task]) -> list[Outcome]:
        """Carries tasks out, each again if its machine dies.

        Returns:
            What became of each, in their order; of tasks behind one that failed maybe nothing.
        """
        ...


def carry_out_all(engine: Engine, tasks: Sequence[Task]) -> list[Outcome]:
    """Carries tasks out, and some of them again.

    Raises:
        GamutError: What the first that failed told.
    """
    outcomes: list[Outcome] = [Outcome() for _ in tasks]
    left = list(range(len(tasks)))
    for attempt in range(_ATTEMPTS):
        for place, outcome in zip(left, engine.run([tasks[place] for place in left]), strict=True):
            outcomes[place] = outcome
        failed = [place for place in left if outcomes[place].error is not None]
        for place in failed:
            if not outcomes[place].may_pass or attempt == _ATTEMPTS - 1:
                raise cast("Exception", outcomes[place].error)
        left = [place for place in left if not outcomes[place].name]
        if not left:
            break
    return outcomes


@contextmanager
def stopping(stop: Any) -> Iterator[None]:
    """Has an engine end its tasks where nobody waits for them any more."""
    try:
        yield
    except BaseException:
        stop()
        raise
