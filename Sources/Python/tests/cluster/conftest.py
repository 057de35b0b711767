"""A Ray of several worker processes, and a standalone Spark of a master and two workers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from clusters import Cluster
from pools import DividedPool, divide

import gamut

HERE = Path(__file__).resolve().parent

# What stands in the program's place on the machines of a cluster. It notes who asks for what; and if it is armed, it
# kills the machine, once, in the middle of pass 2: before a part is read, or when its columns are written already and
# nobody knows of it.
PROGRAM = r"""#!/bin/bash
echo "$PPID $*" >>'{folder}/asked'
case " $* " in *' --model='*"$(cat '{folder}/armed' 2>/dev/null || echo $'\n')"' '*)
  if mv '{folder}/armed' '{folder}/fired' 2>/dev/null; then
    if [ -e '{folder}/late' ]; then '{program}' "$@"; fi
    machine=$PPID
    while ! tr '\0' ' ' <"/proc/$machine/cmdline" | grep -qE '{machine}'; do
      machine=$(awk '/^PPid:/ {{ print $2 }}' "/proc/$machine/status")
    done
    echo "$machine" >'{folder}/killed'
    kill -KILL "$machine"
    exec sleep 60
  fi
esac
exec '{program}' "$@"
"""


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> DividedPool:
    return divide(tmp_path_factory.mktemp("pool"))


@pytest.fixture(scope="session", params=["ray", "spark"])
def cluster(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp(f"{request.param}-machines")
    (folder / "scratch").mkdir()
    with ExitStack() as stack:
        start = {"ray": start_ray, "spark": start_spark}[request.param]
        cluster = Cluster(request.param, start(folder, stack), folder)
        yield cluster
        if request.param == "spark":
            import pyspark

            context = pyspark.SparkContext._active_spark_context
            assert context is not None
            context.stop()
    # Nothing of the tasks stays on the machines, killed ones included: the next task removes what those left.
    assert [name for name in os.listdir(folder / "scratch") if "gamut" in name] == []


def write_program(folder: Path, machine: str) -> Path:
    path = folder / "gamut"
    path.write_text(PROGRAM.format(folder=folder, program=gamut.executable(), machine=machine))
    path.chmod(0o755)
    return path


def environment(folder: Path, machine: str) -> dict[str, str]:
    """What the machines of a cluster have in their environment."""
    package = Path(gamut.__file__).resolve().parents[1]
    return {
        "GAMUT_EXECUTABLE": str(write_program(folder, machine)),
        "PYTHONPATH": os.pathsep.join([str(package), str(HERE)]),
        "TMPDIR": str(folder / "scratch"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        # Programs that run for seconds are faster without the compiler for hours.
        "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "RAY_AUTH_MODE": "disabled",
        "RAY_USAGE_STATS_ENABLED": "0",
    }


@contextmanager
def changed(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def start_ray(folder: Path, stack: ExitStack) -> ModuleType:
    pytest.importorskip("ray", reason="Ray is not installed")
    # Names of sockets are short.
    place = tempfile.mkdtemp(prefix="ray", dir="/tmp")
    stack.callback(shutil.rmtree, place, ignore_errors=True)
    with changed(environment(folder, "^ray::")):
        import ray

        ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False, _temp_dir=place)
        stack.callback(ray.shutdown)
    import gamut.ray

    return gamut.ray


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start_spark(folder: Path, stack: ExitStack) -> ModuleType:
    pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed")
    if shutil.which("java") is None:
        pytest.skip("there is no java, which Spark runs on")
    home = Path(pyspark.__file__).parent
    settings = environment(folder, "CoarseGrainedExecutorBackend")
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    options = {
        "SPARK_DAEMON_JAVA_OPTS": "-Dspark.master.rest.enabled=false",
        "SPARK_DAEMON_MEMORY": "256m",
    }

    def start(name: str, *arguments: str) -> None:
        log = stack.enter_context((folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(
            [str(home / "bin" / "spark-class"), *arguments],
            stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, **settings, **options, "SPARK_HOME": str(home)},
        )  # fmt: skip
        stack.callback(process.wait)
        stack.callback(os.killpg, process.pid, signal.SIGKILL)

    start(
        "master",
        f"{deploy}.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--webui-port",
        "0",
    )
    wait_for(lambda: connects(port), "Spark's master does not answer", folder / "master.log")
    for number in (1, 2):
        work = folder / f"worker-{number}"
        start(
            f"worker-{number}", f"{deploy}.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0",
            "--cores", "2", "--memory", "700m", "--work-dir", str(work), address,
        )  # fmt: skip
    for number in (1, 2):
        log = folder / f"worker-{number}.log"
        wait_for(
            lambda log=log: "Successfully registered" in log.read_text(), "a worker waits", log
        )
    with changed({**settings, "SPARK_HOME": str(home)}):
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master(address).appName("gamut")
        for name, value in {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "512m",
            "spark.executor.memory": "512m",
            "spark.executor.cores": "2",
            "spark.ui.enabled": "false",
            "spark.speculation": "true",
            "spark.speculation.multiplier": "1.1",
            "spark.speculation.quantile": "0.5",
            "spark.speculation.interval": "100ms",
            "spark.local.dir": str(folder / "local"),
            **{f"spark.executorEnv.{name}": value for name, value in settings.items()},
        }.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
    import gamut.spark

    return gamut.spark


def connects(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition: Any, words: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{words}:\n{log.read_text()}")
        time.sleep(0.1)
