#!/usr/bin/env python3
"""What the machine can do, measured: bytes read a second, float32 products a second.

    machine.py [FILE...]        with FILE also the seconds of `wc -l` and `sha256sum` on it

The floor of a job is bytes / read bandwidth + floating-point operations / sgemm rate, in seconds:
what would be left if every byte came straight from memory at full speed on all cores and every sum
and product were part of one large product of matrices, and if parsing, hashing, sorting and writing
cost nothing. No program reaches it on text.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

CORES = len(os.sched_getaffinity(0))
SIDE = 4096


def best(work: Callable[[], object], times: int = 5) -> float:
    """The least seconds of some runs."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def measured() -> dict[str, float]:
    """GB/s of reading and of copying 1 GiB on all cores, and GFLOP/s of sgemm of 4096 x 4096."""
    source = np.ones(1 << 27, np.uint64)
    target = np.zeros_like(source)
    parts = [slice(k * len(source) // CORES, (k + 1) * len(source) // CORES) for k in range(CORES)]
    with ThreadPoolExecutor(CORES) as pool:
        read = best(lambda: list(pool.map(lambda part: np.bitwise_or.reduce(source[part]), parts)))
        copy = best(
            lambda: list(pool.map(lambda part: np.copyto(target[part], source[part]), parts))
        )
    left = np.random.default_rng(0).standard_normal((SIDE, SIDE), np.float32)
    right, product = left.T.copy(), np.empty_like(left)
    sgemm = best(lambda: np.matmul(left, right, out=product))
    return {
        "read_gb_per_s": round((1 << 30) / read / 1e9, 2),
        "copy_gb_per_s": round((1 << 30) / copy / 1e9, 2),
        "sgemm_gflop_per_s": round(2 * SIDE**3 / sgemm / 1e9, 1),
        "cores": CORES,
    }


def yardsticks(path: str) -> dict[str, float]:
    """Seconds of two programs that do less than any selection must."""
    result = {}
    for name, command in {"wc": ["wc", "-l"], "sha256sum": ["sha256sum"]}.items():
        seconds = best(
            lambda line=[*command, path]: subprocess.run(line, capture_output=True, check=True)
        )
        result[name] = round(seconds, 4)
    return result


def floor(bytes_read: int, operations: float, machine: dict[str, float]) -> float:
    """Seconds."""
    reading = bytes_read / (machine["read_gb_per_s"] * 1e9)
    return reading + operations / (machine["sgemm_gflop_per_s"] * 1e9)


if __name__ == "__main__":
    told = measured() | {path: yardsticks(path) for path in sys.argv[1:]}
    print(json.dumps(told, indent=1))
