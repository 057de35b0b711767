"""What can go wrong, by the exit status of the program."""

from __future__ import annotations


class GamutError(Exception):
    """The program ended without a result.

    Attributes:
        message: What it said, without its name in front.
        exit_status: Its exit status; negative where a signal ended it; `None` where it did not start.
        kind: `"data"`, `"usage"`, `"requirement"`, `"interrupted"` or `"crash"`.
    """

    def __init__(self, message: str, exit_status: int | None = None, kind: str = "crash") -> None:
        super().__init__(message, exit_status, kind)
        self.message = message
        self.exit_status = exit_status
        self.kind = kind

    def __str__(self) -> str:
        return self.message


class DataError(GamutError):
    """The data or the request cannot be served (exit status 1)."""


class UsageError(GamutError):
    """An option has no such value, or options do not go together (exit status 2)."""


class RequirementError(GamutError):
    """A `require` does not hold, and nothing was written (exit status 3)."""


class Interrupted(GamutError):
    """The program was interrupted, and Python was not."""


def error_of(status: int, message: str) -> GamutError:
    """The exception for an exit status."""
    if status < 0:
        import signal

        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        text = f"the program was ended by {name}" + (f": {message}" if message else "")
        if name == "SIGKILL":
            text += "; was there not enough memory?"
        return GamutError(text, status)
    if status == 1:
        return DataError(message, status, "data")
    if status == 2:
        return UsageError(message, status, "usage")
    if status == 3:
        return RequirementError(message, status, "requirement")
    if status in (129, 130, 143):
        return Interrupted(message or "interrupted", status, "interrupted")
    return GamutError(message or f"the program ended with status {status}", status)
