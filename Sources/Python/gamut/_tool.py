"""Running the program: where it lies, what goes in, what comes out, and Ctrl-C."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from gamut._errors import GamutError, error_of

log = logging.getLogger("gamut")

# Large enough that a writer and a reader on two cores seldom wait for each other.
_PIPE_SIZE = 1 << 20


def executable() -> str:
    """The path of the program `gamut`.

    Returns:
        The one that this package brought along, or what `$GAMUT_EXECUTABLE` names.

    Raises:
        GamutError: There is none.
    """
    named = os.environ.get("GAMUT_EXECUTABLE")
    path = Path(named) if named else Path(__file__).parent / "_native" / "bin" / "gamut"
    if not path.is_file():
        where = (
            "$GAMUT_EXECUTABLE names no file" if named else "this package came without the program"
        )
        raise GamutError(
            f"{where} ({path}); install a wheel of gamut-select, or name a program with"
            " $GAMUT_EXECUTABLE"
        )
    return str(path)


@dataclass(frozen=True)
class Completed:
    """What a run of the program came to.

    Attributes:
        stdout: What it wrote to standard output.
        stderr: What it wrote to standard error: tables of the run, notes.
    """

    stdout: bytes
    stderr: str


def run(*arguments: str | os.PathLike[str], input: bytes | None = None) -> Completed:
    """Runs the program with a command line of its own, such as `run("verify", "subset.jsonl")`.

    Args:
        arguments: The command and its options, as in a shell.
        input: What it reads from standard input; nothing where it is `None`.

    Returns:
        What it wrote.

    Raises:
        GamutError: It ended with another status than 0.
        KeyboardInterrupt: Ctrl-C; the program has ended then.
    """

    def feed(sink: IO[bytes]) -> None:
        sink.write(input or b"")

    return invoke([os.fspath(argument) for argument in arguments], None if input is None else feed)


def invoke(
    arguments: Sequence[str],
    feed: Callable[[IO[bytes]], Any] | None = None,
    *,
    descriptors: Sequence[int] = (),
    reword: Callable[[str], str] = lambda text: text,
    folder: str | os.PathLike[str] | None = None,
    ends_with_thread: bool = False,
) -> Completed:
    """Runs the program to its end.

    Args:
        arguments: Its command line.
        feed: Writes what it reads from standard input; called in this thread, so that an exception or
            Ctrl-C in it ends the program.
        descriptors: Open files that it shall have under the same numbers.
        reword: Changes what it says before that is told.
        folder: Where it runs. Default: where this process does.
        ends_with_thread: Whether it is to end with the thread that calls, where the system can do that:
            engines kill their processes, and a program that nobody waits for would go on.
    """
    process = subprocess.Popen(
        [executable(), *arguments],
        stdin=subprocess.DEVNULL if feed is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=descriptors,
        cwd=folder,
        preexec_fn=_ending_with_thread() if ends_with_thread else None,
    )
    output = _Drain(process.stdout)
    errors = _Drain(process.stderr)
    try:
        if feed is not None:
            assert process.stdin is not None
            _fill(process.stdin, feed)
        status = process.wait()
    except BaseException:
        # Whatever it is, nobody waits for the result any more.
        _end(process)
        raise
    finally:
        for drain in (output, errors):
            drain.join()
    message = reword(errors.bytes().decode("utf-8", "replace"))
    if status != 0:
        raise error_of(status, _without_name(message))
    if message:
        log.debug("%s", message.rstrip())
    return Completed(output.bytes(), message)


def _ending_with_thread() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    import ctypes

    # Looked up before the fork: behind it only what is safe in any state of the process.
    control = ctypes.CDLL(None).prctl

    def ask() -> None:
        control(
            1, int(signal.SIGTERM)
        )  # PR_SET_PDEATHSIG; the program removes what is half-written.

    return ask


class _Drain:
    """Reads a pipe to its end on a thread of its own, so that its writer never waits."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        assert stream is not None
        self._stream = stream
        self._bytes = b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._stream:
            self._bytes = self._stream.read()

    def join(self) -> None:
        self._thread.join()

    def bytes(self) -> bytes:
        return self._bytes


def _fill(pipe: IO[bytes], feed: Callable[[IO[bytes]], Any]) -> None:
    if sys.platform == "linux":
        import fcntl

        try:
            fcntl.fcntl(pipe, getattr(fcntl, "F_SETPIPE_SZ", 1031), _PIPE_SIZE)
        except OSError:
            pass  # The system keeps its own size.
    try:
        feed(pipe)
        pipe.close()
    except BrokenPipeError:
        # The program ended before it had read everything, and will say why.
        _close(pipe)


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        pass  # What was still to be written has no reader.


def _end(process: subprocess.Popen[bytes]) -> None:
    """Has the program end, which leaves nothing half-written, and waits for that.

    Only then its standard input is closed: an end of the input would be taken for the end of the data.
    """
    for number in (signal.SIGTERM, signal.SIGKILL):
        process.send_signal(number)
        try:
            process.wait(timeout=10)
            break
        except subprocess.TimeoutExpired:
            continue
    if process.stdin is not None:
        _close(process.stdin)


_NAME = re.compile(r"^gamut(?: [a-z]+)?: ")


def _without_name(message: str) -> str:
    """What was said, without the program's name in front and without a pointer to its help page."""
    lines = [line for line in message.splitlines() if not line.startswith("See 'gamut ")]
    return _NAME.sub("", "\n".join(lines).strip())
