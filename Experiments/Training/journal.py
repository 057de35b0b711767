"""Runs that are kept as they come, so that a study goes on where it was ended."""

import json
import os
import sys
import time


class Journal:
    """A file of JSON lines, one a run: what it was ("setting"), what came out ("result"), how long it took."""

    def __init__(self, path: str):
        self.path = path
        self.runs = {}
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        if os.path.exists(path):
            with open(path) as lines:
                for line in lines:
                    # The last line of a run that was ended in the midst of writing has no end.
                    if line.endswith("\n"):
                        run = json.loads(line)
                        self.runs[self._key(run["setting"])] = run

    @staticmethod
    def _key(setting) -> str:
        return json.dumps(setting, sort_keys=True)

    def __contains__(self, setting: dict) -> bool:
        return self._key(setting) in self.runs

    def run(self, setting: dict, work) -> dict:
        """The result of a setting: as it was kept, or as `work()` gives it now."""
        key = self._key(setting)
        if key not in self.runs:
            start = time.perf_counter()
            run = {"setting": setting, "result": work(), "seconds": round(time.perf_counter() - start, 2)}
            with open(self.path, "a") as lines:
                lines.write(json.dumps(run) + "\n")
            self.runs[key] = run
            print(f"{run['seconds']:7.1f} s  {key}", file=sys.stderr, flush=True)
        return self.runs[key]["result"]

    def results(self) -> list:
        """All runs, settings and results joined, in the order of their settings."""
        return [run["setting"] | run["result"] for _, run in sorted(self.runs.items())]

    def seconds(self) -> float:
        """How long all runs took together."""
        return round(sum(run["seconds"] for run in self.runs.values()), 1)


def write(path: str, value) -> None:
    """Numbers as JSON, five digits each, whole or not at all."""

    def rounded(value):
        if isinstance(value, float):
            return float(f"{value:.5g}")
        if isinstance(value, dict):
            return {key: rounded(part) for key, part in value.items()}
        if isinstance(value, (list, tuple)):
            return [rounded(part) for part in value]
        return value.item() if hasattr(value, "item") else value

    with open(path + ".part", "w") as file:
        json.dump(rounded(value), file, indent=1, ensure_ascii=False)
        file.write("\n")
    os.replace(path + ".part", path)
