"""The command `gamut`: this process becomes the program, so that signals and exit status are its own."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Runs the program with the arguments of this process, in its place."""
    from gamut._tool import executable

    program = executable()
    # What Python set for itself is not what a program expects that was started by a shell.
    import signal

    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execv(program, ["gamut", *sys.argv[1:]])


if __name__ == "__main__":
    main()
