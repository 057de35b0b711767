"""One run over data in memory or in files."""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, cast

from gamut._tool import Completed, invoke
from gamut._vectors import VectorFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gamut._data import Data
    from gamut._options import CommandLine

_LINE = re.compile(r"(?<![\w/.-])-:(\d+)")
_WHOLE = re.compile(r"(?<![\w/.-])-: ")


def rows_for_lines(text: str) -> str:
    """What the program says of lines of its standard input, said of rows."""
    text = _LINE.sub(lambda match: f"row {int(match[1]) - 1}", text)
    return _WHOLE.sub("the data: ", text)


def run_on(
    command: str,
    data: Data,
    line: CommandLine,
    arguments: Sequence[str],
    stack: ExitStack,
    *,
    after: Sequence[str] = (),
) -> Completed:
    """Runs a command on data, which are streamed into the program where they are in memory.

    Args:
        command: The command's name.
        data: What stands in the place of its inputs.
        line: Its options.
        arguments: Further ones.
        stack: Closes what is opened.
        after: Arguments behind the inputs.
    """
    whole = [command, *line.arguments, *arguments]
    if data.paths is not None:
        return invoke([*whole, "--", *data.paths, *after], descriptors=line.descriptors)
    feed: Callable[[IO[bytes]], object] = data.write
    if line.vector_column is not None:
        # The program looks at the vectors first, so the lines have to wait.
        lines = cast("IO[bytes]", stack.enter_context(tempfile.TemporaryFile(prefix="gamut-")))
        whole.append(f"--embeddings={write_with_vectors(data, lines, line, stack)}")
        lines.seek(0)

        def feed(sink: IO[bytes]) -> object:
            shutil.copyfileobj(lines, sink, 1 << 20)
            return None

    return invoke(
        [*whole, "--", "-", *after], feed, descriptors=line.descriptors, reword=rows_for_lines
    )


def write_with_vectors(data: Data, sink: IO[bytes], line: CommandLine, stack: ExitStack) -> str:
    """Writes lines, and a column of vectors apart from them.

    Returns:
        The path of the vectors for the program.
    """
    assert line.vector_column is not None
    vectors = VectorFile()
    stack.callback(vectors.file.close)
    data.write(sink, (line.vector_column, vectors))
    line.descriptors.append(vectors.file.fileno())
    return vectors.finish()
