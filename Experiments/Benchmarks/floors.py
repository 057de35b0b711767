#!/usr/bin/env python3
"""Measures what the machine can do at best, by which stages of `gamut fit` and `gamut select` are judged.

    floors.py FILE [--folder FOLDER] [--threads N] [--rounds R]

FILE is read from the page cache in pieces that stay in the processor's cache, hashed by OpenSSL, and as
many bytes as it has are copied in memory and written to FOLDER until the disk has them, on N threads.
The best of R rounds is told, since a floor is what nothing stood in the way of. Python's own time is some
microseconds a piece: these functions let other threads run (NumPy's copy does, a memoryview's does not).
"""

import argparse
import hashlib
import os
import tempfile
import threading
import time

import numpy

PIECE = 1 << 20


def best(rounds, threads, work):
    """Seconds that `work(thread)` takes on all threads at once, the least of some rounds."""
    least = float("inf")
    for _ in range(rounds):
        team = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
        begun = time.perf_counter()
        for member in team:
            member.start()
        for member in team:
            member.join()
        least = min(least, time.perf_counter() - begun)
    return least


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("file")
    parser.add_argument("--folder", default=".")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    size = os.path.getsize(options.file)
    source = os.open(options.file, os.O_RDONLY)

    def pieces(thread, threads):
        step = size // threads // PIECE * PIECE + PIECE
        return range(thread * step, min(size, (thread + 1) * step), PIECE)

    def read(threads):
        def work(thread):
            room = bytearray(PIECE)
            for offset in pieces(thread, threads):
                os.preadv(source, [room], offset)

        return work

    content = bytearray(min(size, 256 << 20))
    os.preadv(source, [content], 0)
    view = memoryview(content)

    def digest(threads):
        def work(thread):
            hasher = hashlib.sha256()
            step = len(content) // threads
            hasher.update(view[thread * step : (thread + 1) * step])

        return work

    def copy(threads):
        source = numpy.frombuffer(content, numpy.uint8)
        target = numpy.zeros_like(source)

        def work(thread):
            part = slice(thread * (len(content) // threads), (thread + 1) * (len(content) // threads))
            numpy.copyto(target[part], source[part])

        return work

    def write(threads):
        def work(thread):
            step = len(content) // threads
            with tempfile.TemporaryFile(dir=options.folder) as file:
                file.write(view[thread * step : (thread + 1) * step])
                file.flush()
                os.fsync(file.fileno())

        return work

    print(f"GB a second, best of {options.rounds}, on 1 thread and on {options.threads}")
    for name, count, make in [
        ("read from the page cache", size, read), ("SHA-256", len(content), digest),
        ("copy in memory", len(content), copy), ("write until the disk has it", len(content), write),
    ]:
        rates = [
            count / best(options.rounds, threads, make(threads)) / 1e9
            for threads in (1, options.threads)
        ]
        print(f"{name:30}" + "".join(f"{rate:8.2f}" for rate in rates))


if __name__ == "__main__":
    main()
