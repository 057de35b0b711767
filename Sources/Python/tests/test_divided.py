"""Fits and choices that are divided, with an engine that does one task after the other in this process."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pools import BROKEN, BROKEN_LINE, DividedPool, divide

import gamut
from gamut._cluster import fit_files, select_files
from gamut._divided_choice import Subset
from gamut._locations import Location, natural
from gamut._pool_files import names_of_subsets
from gamut._tasks import Outcome, Task, carry_out

AXES = ["complexity:4", "topic:8@cvt"]
FIT: dict[str, Any] = {"quality": "quality", "axis": AXES, "on_error": "skip"}


class InTurn:
    """An engine of one process."""

    threads = 1

    def __init__(self, change: Callable[[Task, Outcome], Outcome] = lambda _, outcome: outcome):
        self.tasks: list[Task] = []
        self.change = change

    def run(self, tasks: Sequence[Task]) -> list[Outcome]:
        self.tasks += tasks
        return [self.change(task, carry_out(task)) for task in tasks]


def fit(files: Any, output: Any, engine: Any = None, **options: Any) -> gamut.Archive:
    named = {
        name: options.pop(name, None)
        for name in ("storage", "embeddings", "threads", "storage_options")
    }
    return fit_files(engine or InTurn(), files, output, **named, options=options)


def select(data: Any, output: Any, engine: Any = None, **options: Any) -> Subset:
    named = {
        name: options.pop(name, None)
        for name in ("storage", "budget", "embeddings", "threads", "storage_options")
    }
    return select_files(engine or InTurn(), data, output, **named, options=options)


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> DividedPool:
    return divide(tmp_path_factory.mktemp("pool"))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def alone(data: Any, tmp_path: Path, **options: Any) -> tuple[str, list[int]]:
    """The subset of one machine."""
    output = tmp_path / "alone.jsonl"
    subset = gamut.select(data, output=output, force=True, **options)
    return digest(output), subset.indices.tolist()


@pytest.mark.parametrize(("vectors", "share"), [(False, None), (True, None), (True, 0.5)])
def test_the_bytes_of_one_machine(
    pool: DividedPool, tmp_path: Path, vectors: bool, share: float | None
) -> None:
    # In another order than the pool's.
    files, own = list(reversed(pool.files)), list(reversed(pool.vectors))
    part: dict[str, Any] = {"vector_share": share} if share else {}
    more = {"embeddings": pool.all_vectors, **part} if vectors else {}
    whole = gamut.fit(pool.files, tmp_path / "whole.gamut", **FIT, **more)
    storage = tmp_path / "storage"
    subset = select(
        files, tmp_path / "out", storage=storage, budget=200, embeddings=own if vectors else None,
        **FIT, **part,
    )  # fmt: skip
    expected = alone(pool.files, tmp_path, budget=200, **FIT, **more)
    assert (subset.sha256(), subset.indices.tolist()) == expected
    assert subset.archive.index["model"]["id"] == whole.index["model"]["id"]
    assert [Path(file).relative_to(tmp_path / "out").as_posix() for file in subset.files] == [
        # Names that two folders have stand in these.
        "a/part-1.jsonl", "part-2.jsonl", "part-10.jsonl", "b/part-1.jsonl", "part-4.jsonl",
    ]  # fmt: skip
    assert sum(subset.counts.values()) == len(subset) == 200
    for file in subset.files:
        assert len(Path(file).read_bytes().splitlines()) == subset.counts[file]
        assert subset.digests[file] == digest(Path(file))
    assert sorted(os.listdir(storage)) == ["pool.gamut", *kept(storage), "pool.parts.json"]
    assert sorted(os.listdir(tmp_path / "out")) == [
        "a", "b", "chosen.manifest.json", "chosen.npy", "part-10.jsonl", "part-2.jsonl",
        "part-4.jsonl",
    ]  # fmt: skip
    assert np.load(tmp_path / "out" / "chosen.npy").tolist() == subset.indices.tolist()
    assert subset.manifest["output"]["path"] == str(tmp_path / "out" / "chosen.npy")
    assert "wrote" not in repr(subset)
    gamut.run("verify", tmp_path / "out" / "chosen.npy")

    # Again, from what was kept, and with what looks at texts and vectors.
    options: dict[str, Any] = {"evenness": 1, "redundancy": 0.5, "exclude": pool.files[0]}
    engine = InTurn()
    again = select(
        str(storage / "pool.gamut"), tmp_path / "again", engine, budget="40ktok", **options
    )
    assert {task.step for task in engine.tasks} == {"take"}
    assert again.sha256() == alone(whole, tmp_path, budget="40ktok", **options)[0]
    assert (
        again.sha256() == alone(pool.files, tmp_path, budget="40ktok", **options, **FIT, **more)[0]
    )
    assert gamut.Archive(storage / "pool.gamut").select(budget=5).subset()


def kept(storage: Path) -> list[str]:
    """The folder of the parts; as many parts as there are files, and nothing else."""
    told = json.loads((storage / "pool.parts.json").read_bytes())
    names = os.listdir(storage / told["folder"])
    assert sorted(names) == sorted(part["archive"] for part in told["parts"])
    return [told["folder"]]


def test_patterns_and_a_fit_of_its_own(pool: DividedPool, tmp_path: Path) -> None:
    pattern = str(pool.folder / "?" / "part-*")
    vectors = str(pool.folder / "vectors" / "?" / "part-*")
    archive = fit(
        pattern, tmp_path / "pool.gamut", storage=tmp_path / "st", embeddings=vectors, **FIT
    )
    expected = gamut.fit(pool.files, embeddings=pool.all_vectors, **FIT)
    assert archive.index["model"]["id"] == expected.index["model"]["id"]
    assert os.listdir(tmp_path / "st") == [
        json.loads((tmp_path / "pool.parts.json").read_bytes())["folder"]
    ]
    with pytest.raises(gamut.DataError, match="pool.gamut exists already"):
        fit(pattern, tmp_path / "pool.gamut", storage=tmp_path / "st", **FIT)
    fit(pattern, tmp_path / "pool.gamut", storage=tmp_path / "st", force=True, **FIT)
    assert len(os.listdir(tmp_path / "st")) == 1
    with pytest.raises(ValueError, match="6 files and 1 files of embeddings"):
        fit(pattern, tmp_path / "p", storage=tmp_path / "st", embeddings=pool.vectors[0])
    with pytest.raises(gamut.DataError, match="nothing-.* stands for no file"):
        fit(str(tmp_path / "nothing-*"), tmp_path / "p", storage=tmp_path / "st")
    with pytest.raises(ValueError, match=r"part-1.jsonl is given twice"):
        fit([pattern, pool.files[0]], tmp_path / "p", storage=tmp_path / "st")
    with pytest.raises(TypeError, match="write data in memory to files first"):
        fit([{"text": "one"}], tmp_path / "p", storage=tmp_path / "st")
    with pytest.raises(TypeError, match="embeddings are paths or addresses"):
        fit(pattern, tmp_path / "p", storage=tmp_path / "st", embeddings=np.zeros((6, 3)))


def test_files_without_records(pool: DividedPool, tmp_path: Path) -> None:
    files = [pool.files[0], str(tmp_path / "empty.jsonl"), str(tmp_path / "none.jsonl")]
    Path(files[1]).write_text("")
    Path(files[2]).write_text('{"x": 1}\n')
    files.sort(key=natural)
    subset = select(files, tmp_path / "out", storage=tmp_path / "st", budget=20, **FIT)
    assert (subset.sha256(), subset.indices.tolist()) == alone(files, tmp_path, budget=20, **FIT)
    assert subset.manifest["outcome"]["rejected"] == 1
    assert len(subset.files) == 1
    with pytest.raises(gamut.DataError, match="no record in .*empty.jsonl"):
        select(files[1], tmp_path / "no", storage=tmp_path / "no-st", budget=20)
    assert os.listdir(tmp_path / "no-st") == []


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_attempts_that_fail_for_a_while(pool: DividedPool, tmp_path: Path, scheme: str) -> None:
    if scheme:
        pytest.importorskip("fsspec")
    storage = f"{scheme}{tmp_path}/st"
    left = {"gather": 1, "read": 2, "take": 2}

    def now_and_then(task: Task, outcome: Outcome) -> Outcome:
        if task.part.number == 1 and left[task.step] > 0:
            left[task.step] -= 1
            # What was written is there, and nobody is told of it.
            return Outcome(error=gamut.GamutError("no memory", -9), may_pass=True)
        return outcome

    engine = InTurn(now_and_then)
    subset = select(pool.files, tmp_path / "out", engine, storage=storage, budget=50, **FIT)
    assert subset.sha256() == alone(pool.files, tmp_path, budget=50, **FIT)[0]
    assert sum(left.values()) == 0
    kept(tmp_path / "st")
    left["read"] = 3
    with pytest.raises(gamut.GamutError, match="no memory"):
        select(pool.files, tmp_path / "no", engine, storage=f"{storage}-no", budget=50, **FIT)
    assert os.listdir(tmp_path / "st-no") == []
    left["take"] = 3
    with pytest.raises(gamut.GamutError, match="no memory"):
        select(subset.archive, tmp_path / "no", engine, budget=50)
    assert not (tmp_path / "no").exists()
    kept(tmp_path / "st")


def test_a_program_that_is_killed(
    pool: DividedPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "gamut"
    fake.write_text("#!/bin/sh\nkill -9 $$\n")
    fake.chmod(0o755)
    with monkeypatch.context() as changed:
        changed.setenv("GAMUT_EXECUTABLE", str(fake))
        engine = InTurn()
        with pytest.raises(
            gamut.GamutError, match=r"part-1.jsonl: .*SIGKILL.*memory\? \(on "
        ) as error:
            fit(pool.files[:1], tmp_path / "p.gamut", engine, storage=tmp_path / "st")
    assert (error.value.exit_status, len(engine.tasks)) == (-9, 3)


def test_errors_name_the_file(pool: DividedPool, tmp_path: Path) -> None:
    engine = InTurn()
    with pytest.raises(gamut.DataError, match=rf"{BROKEN}:{BROKEN_LINE}: 'instruction'") as error:
        fit(pool.files, tmp_path / "p.gamut", engine, storage=tmp_path / "st", quality="quality")
    assert error.value.exit_status == 1
    assert len(engine.tasks) == 6
    assert os.listdir(tmp_path / "st") == []
    with pytest.raises(gamut.DataError, match="none.jsonl: no such file"):
        fit([*pool.files, "none.jsonl"], tmp_path / "p.gamut", storage=tmp_path / "st", **FIT)
    with pytest.raises(gamut.DataError, match="no record has a number in 'nope'"):
        fit(
            pool.files,
            tmp_path / "p.gamut",
            storage=tmp_path / "st",
            on_error="skip",
            quality="nope",
        )
    assert os.listdir(tmp_path / "st") == []

    def elsewhere(task: Task, outcome: Outcome) -> Outcome:
        (task.into / outcome.name).remove()
        return outcome

    for scheme in ("", "file://"):
        with pytest.raises(
            gamut.DataError, match="storage has to be a folder that all machines share"
        ):
            fit(
                pool.files[:1], tmp_path / "p.gamut", InTurn(elsewhere),
                storage=f"{scheme}{tmp_path}/st",
            )  # fmt: skip
    assert os.listdir(tmp_path / "st") == []
    task = Task(
        "read", engine.tasks[0].part, Location(str(tmp_path / "nowhere")), 1, model=Location("/")
    )
    assert "folders that all machines share" in str(carry_out(task).error)
    other = Task("gather", engine.tasks[0].part, Location("/"), 1, version="0.0.1")
    assert "install one version everywhere" in str(carry_out(other).error)


def test_errors_of_any_kind_name_the_file(
    pool: DividedPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class EndpointConnectionError(Exception):
        """As clients of stores have them: no OSError, and not to be pickled."""

        def __init__(self, *, url: str) -> None:
            super().__init__(f"could not connect to {url}")

    engine = InTurn()
    with monkeypatch.context() as changed:

        def fails(*_: Any) -> Path:
            raise EndpointConnectionError(url="https://store")

        changed.setattr(Location, "fetch", fails)
        with pytest.raises(
            gamut.GamutError,
            match=r"part-1.jsonl: .*EndpointConnectionError: could not connect to https://store \(on ",
        ) as error:
            fit(pool.files[:1], tmp_path / "p.gamut", engine, storage=tmp_path / "st")
    assert type(error.value) is gamut.GamutError
    assert len(engine.tasks) == 3


def test_words_around_what_is_told(
    pool: DividedPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = fit(pool.files[:1], tmp_path / "p.gamut", storage=tmp_path / "st", quality="quality")
    program, talks = gamut.executable(), tmp_path / "gamut"
    talks.write_text(
        "#!/bin/sh\necho 'OpenBLAS warning: {x}' >&2\n"
        f"'{program}' \"$@\" || exit\necho 'and more' >&2\n"
    )
    talks.chmod(0o755)
    with monkeypatch.context() as changed:
        changed.setenv("GAMUT_EXECUTABLE", str(talks))
        assert len(select(archive, tmp_path / "out", budget=5)) == 5
        talks.write_text(
            f"#!/bin/sh\ncase $1 in take) '{program}' \"$@\" 2>/dev/null ;; *) exec '{program}' \"$@\" ;; esac\n"
        )
        with pytest.raises(gamut.GamutError, match=r"part-1.jsonl: the program did not tell what"):
            select(archive, tmp_path / "no", budget=5)


def test_a_source_that_changed(pool: DividedPool, tmp_path: Path) -> None:
    copy = tmp_path / "part.jsonl"
    copy.write_bytes(Path(pool.files[0]).read_bytes())
    archive = fit(copy, tmp_path / "p.gamut", storage=tmp_path / "st", quality="quality")
    copy.write_bytes(copy.read_bytes().replace(b"instruction", b"INSTRUCTION"))
    with pytest.raises(gamut.DataError, match=r"part\.jsonl"):
        select(archive, tmp_path / "out", budget=10)
    assert not (tmp_path / "out").exists()


def test_what_does_not_go_with_a_cluster(pool: DividedPool, tmp_path: Path) -> None:
    def refused(kind: type[Exception], words: str, data: Any = pool.files, **options: Any) -> None:
        engine = InTurn()
        given = {"storage": tmp_path / "st", "budget": 5, "on_error": "skip", **options}
        with pytest.raises(kind, match=words):
            select(data, tmp_path / "out", engine, **given)
        assert engine.tasks == []

    refused(ValueError, "order='rank' does not go", order="rank")
    refused(ValueError, "format='parquet' does not go", format="parquet")
    refused(ValueError, "rejects does not go", rejects="r.jsonl")
    refused(ValueError, "storage= names a folder", storage=None)
    (tmp_path / "saved.yaml").write_text("mine")
    refused(gamut.DataError, "saved.yaml exists already", save_recipe=tmp_path / "saved.yaml")
    refused(TypeError, "one budget at a time", budget=[5, 10])
    refused(TypeError, "one budget at a time", budget="5,10")
    refused(TypeError, r"no option 'evennes'; did you mean 'evenness'\?", evennes=1)
    refused(gamut.UsageError, "'4' is not valid for '--evenness'", evenness=4)
    refused(gamut.UsageError, "--budget|budget", budget=None)
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("axis: complexity:4\n")
    refused(gamut.UsageError, "recipe.yaml is no JSON", recipe=recipe)
    tuning = gamut.tune(
        pool.files[0], budget=20, quality="quality", try_axis="complexity:2", try_greed=0
    )
    refused(gamut.UsageError, "of this Tuning is no JSON.* as a mapping, or fit", recipe=tuning)
    with pytest.raises(ValueError, match="model does not go with a cluster"):
        fit(pool.files, tmp_path / "p", storage=tmp_path / "st", model="m.gamut")
    archive = gamut.fit(pool.files, tmp_path / "plain.gamut", **FIT)
    refused(gamut.DataError, "plain.parts.json beside it", data=archive)
    # Beside an archive whose name differs by its ending alone, the note is that one's.
    fit(pool.files[0], tmp_path / "like.gamut", storage=tmp_path / "like-st", quality="quality")
    archive = gamut.fit(pool.files[0], tmp_path / "like", quality="quality")
    refused(gamut.DataError, "like.parts.json beside it", data=archive)
    (tmp_path / "out").write_text("mine")
    refused(gamut.DataError, "out is a file", force=True)
    (tmp_path / "out").unlink()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    refused(gamut.DataError, "out exists already")
    refused(gamut.DataError, "no subset that was written on a cluster", force=True)


def test_force_formats_and_recipes(pool: DividedPool, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = select(pool.files[:3], out, storage=tmp_path / "st", budget=60, receipts=True, **FIT)
    assert (out / "chosen.receipts.jsonl").is_file()
    # What the earlier subset had and the new one has not is gone.
    few = select(first.archive, out, budget=1, force=True, format="messages")
    assert sorted(os.listdir(out)) == [
        "chosen.manifest.json", "chosen.npy", Path(few.files[0]).name,
    ]  # fmt: skip
    assert '"messages"' in Path(few.files[0]).read_text()
    saved = out.with_name("saved.yaml")
    for evenness in (0.25, 0.75):
        select(first.archive, out, budget=1, force=True, save_recipe=saved, evenness=evenness)
        assert f"evenness: {evenness}" in saved.read_text()
    with pytest.raises(gamut.RequirementError, match="not what is required"):
        select(first.archive, out, budget=5, force=True, require="quality>=2")
    assert len(os.listdir(out)) == 3
    for number, recipe in enumerate((first, first.manifest, out / "r.json")):
        (out / "r.json").write_text(json.dumps(first.manifest["recipe"]))
        again = select(
            pool.files[:3], tmp_path / f"again-{number}", storage=tmp_path / f"st-{number}",
            recipe=recipe, on_error="skip",
        )  # fmt: skip
        assert again.indices.tolist() == first.indices.tolist()
        assert again.archive.index["model"]["id"] == first.archive.index["model"]["id"]


def test_vectors_that_a_recipe_names(pool: DividedPool, tmp_path: Path) -> None:
    files = [pool.files[number] for number in (0, 4)]
    vectors = [pool.vectors[number] for number in (0, 4)]
    with_axes = {name: FIT[name] for name in ("quality", "axis")}
    whole = tmp_path / "whole.npy"
    np.save(whole, np.concatenate([np.load(path) for path in vectors]))
    earlier = gamut.select(files, budget=20, embeddings=whole, **with_axes)
    assert "embeddings" in earlier.manifest["recipe"]
    subset = select(
        files, tmp_path / "out", storage=tmp_path / "st", recipe=earlier, embeddings=vectors
    )
    assert subset.indices.tolist() == earlier.indices.tolist()
    recipe = {**with_axes, "budget": "20", "embeddings": vectors}
    subset = select(files, tmp_path / "again", storage=tmp_path / "again-st", recipe=recipe)
    assert subset.indices.tolist() == earlier.indices.tolist()
    with pytest.raises(ValueError, match="2 files and 1 files of embeddings"):
        select(files, tmp_path / "no", storage=tmp_path / "no-st", recipe=earlier)


def test_options_of_the_choice_and_of_the_fit(pool: DividedPool, tmp_path: Path) -> None:
    for number, options in enumerate(
        (
            {},
            {"topics": 6, "seed": 5, "axis": ["topic:12@cvt", "tokens:3@nested"]},
            {"quality": {"quality": 2, "level": -1}, "normalize": "rank", "debias_length": True},
            {"axis": ["column:topic", "compression:3"], "drop": "all", "min_quality": "20%"},
            {"text": "output", "method": "top", "near_duplicates": 0.8},
        )
    ):
        subset = select(
            pool.files, tmp_path / f"out-{number}", storage=tmp_path / f"st-{number}",
            budget="10%", on_error="skip", **options,
        )  # fmt: skip
        assert (
            subset.sha256()
            == alone(pool.files, tmp_path, budget="10%", on_error="skip", **options)[0]
        ), options


def write_tokenizer(path: Path) -> None:
    """A tokenizer that knows characters and the marks of ChatML."""
    words = {chr(number): number - 32 for number in range(32, 127)} | {"Ċ": 95, "Ġ": 96}
    words |= {"<|im_start|>": 97, "<|im_end|>": 98, "<unk>": 99}
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None,
        "added_tokens": [
            {"id": words[word], "content": word, "special": True, "single_word": False,
             "lstrip": False, "rstrip": False, "normalized": False}
            for word in ("<|im_start|>", "<|im_end|>")
        ],
        "pre_tokenizer": None, "post_processor": None, "decoder": None,
        "model": {
            "type": "Unigram", "unk_id": 99, "byte_fallback": False,
            "vocab": [[word, -1.0] for word, _ in sorted(words.items(), key=lambda item: item[1])],
        },
    }  # fmt: skip
    path.parent.mkdir()
    path.write_text(json.dumps(tokenizer))


def test_a_tokenizer_goes_along(pool: DividedPool, tmp_path: Path) -> None:
    path = tmp_path / "tokens" / "tokenizer.json"
    write_tokenizer(path)
    options: dict[str, Any] = {"tokenizer": path, "chat_template": "chatml", "budget": "20ktok"}
    subset = select(pool.files[:2], tmp_path / "out", storage=tmp_path / "st", **options)
    assert subset.sha256() == alone(pool.files[:2], tmp_path, **options)[0]
    with pytest.raises(gamut.DataError, match="nope.json: no such file"):
        fit(pool.files[:2], tmp_path / "p", storage=tmp_path / "st", tokenizer="nope.json")


CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content']"
    " + '<|im_end|>' + '\\n'}}{% endfor %}"
)
ZEPHYR = """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>\\n'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}
"""


def test_a_template_of_its_own_beside_a_tokenizer(pool: DividedPool, tmp_path: Path) -> None:
    tokenizer, template = (
        tmp_path / "m" / "tokenizer.json",
        tmp_path / "mine" / "chat_template.jinja",
    )
    write_tokenizer(tokenizer)
    tokenizer.with_name("chat_template.jinja").write_text(CHATML)
    template.parent.mkdir()
    template.write_text(ZEPHYR)
    # The template's tokens stand beside it, and beside the tokenizer are none that it could take.
    template.with_name("tokenizer_config.json").write_text('{"eos_token": "<|im_end|>"}')
    tokenizer.with_name("tokenizer_config.json").write_text('{"eos_token": "<unk>"}')
    digests = set()
    for number, chosen in enumerate((template, "auto")):
        options: dict[str, Any] = {
            "tokenizer": tokenizer, "chat_template": chosen, "budget": "20ktok", "axis": "tokens:6",
        }  # fmt: skip
        subset = select(
            pool.files[:2], tmp_path / f"out-{number}", storage=tmp_path / f"st-{number}", **options
        )
        digests.add(subset.sha256())
        assert subset.sha256() == alone(pool.files[:2], tmp_path, **options)[0]
    assert len(digests) == 2


def test_addresses(pool: DividedPool, tmp_path: Path) -> None:
    pytest.importorskip("fsspec")

    def address(path: Path | str) -> str:
        return f"file://{path}"

    store = tmp_path / "store"
    engine = InTurn()
    subset = select(
        [address(pool.folder / "?" / "part-*")], address(tmp_path / "out"), engine,
        storage=address(store), budget=200, embeddings=address(pool.folder / "vectors/?/*"), **FIT,
    )  # fmt: skip
    expected = alone(pool.files, tmp_path, budget=200, embeddings=pool.all_vectors, **FIT)
    assert (subset.sha256(), subset.indices.tolist()) == expected
    assert subset.files[0] == address(tmp_path / "out" / "a" / "part-1.jsonl")
    assert subset.manifest["archive"]["path"] == address(store / "pool.gamut")
    assert [source["path"] for source in subset.manifest["sources"]][:3] == [
        "a/part-1.jsonl", "a/part-2.jsonl", "a/part-10.jsonl.gz",
    ]  # fmt: skip
    assert sorted(os.listdir(store)) == ["pool.gamut", *kept(store), "pool.parts.json"]
    assert not [name for name in os.listdir(tmp_path / "out") if name.startswith(".")]
    # The archive of the object, and the one that is kept.
    for number, archive in enumerate((subset.archive, address(store / "pool.gamut"))):
        again = select(archive, tmp_path / f"again-{number}", budget=90, evenness=1)
        assert (
            again.sha256()
            == alone(
                pool.files, tmp_path, budget=90, evenness=1, embeddings=pool.all_vectors, **FIT
            )[0]
        )
    again = select(subset.archive, address(tmp_path / "out"), budget=1, force=True)
    assert len(os.listdir(tmp_path / "out")) == 3
    for options in ({"exclude": pool.files[0]}, {"redundancy": 0.9}, {"method": "k-center"}):
        with pytest.raises(ValueError, match="which lie at addresses and stay there"):
            select(subset.archive, tmp_path / "no", budget=9, **options)
    with pytest.raises(gamut.DataError, match="needs files in a folder that this machine shares"):
        select(subset.archive, tmp_path / "no", budget=9, metrics="vendi")
    with pytest.raises(gamut.DataError, match=rf"file://{pool.folder}/{BROKEN}:{BROKEN_LINE}: "):
        fit([address(file) for file in pool.files], tmp_path / "p", storage=tmp_path / "st")
    with pytest.raises(gamut.DataError, match="exists already; choose from it"):
        select(pool.files, tmp_path / "no", storage=address(store), budget=5, **FIT)
    with pytest.raises(ValueError, match="paths, or addresses of one file system"):
        fit([address(pool.files[0]), pool.files[1]], tmp_path / "p", storage=tmp_path / "st")
    del again, subset


def test_addresses_of_files_alone(pool: DividedPool, tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    files = [f"file://{file}" for file in pool.files]
    subset = select(files, tmp_path / "out", storage=tmp_path / "st", budget=50, **FIT)
    assert subset.sha256() == alone(pool.files, tmp_path, budget=50, **FIT)[0]


def test_addresses_with_a_machine(pool: DividedPool, tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    from fsspec.implementations.memory import MemoryFileSystem

    class Hosted(MemoryFileSystem):  # type: ignore[misc]
        """Files by machine, as HDFS, SFTP and FTP have them: paths do not tell whose they are."""

        protocol = "hosted"
        machines: dict[str, tuple[dict[str, Any], list[str]]] = {}

        def __init__(self, host: str, **options: Any) -> None:
            super().__init__(**options)
            self.store, self.pseudo_dirs = self.machines.setdefault(host, ({}, [""]))

        @classmethod
        def _strip_protocol(cls, path: str) -> str:
            rest = path.partition("://")[2]
            return str(
                MemoryFileSystem._strip_protocol(f"/{rest.partition('/')[2]}" if rest else path)
            )

        @staticmethod
        def _get_kwargs_from_urls(path: str) -> dict[str, str]:
            return {"host": path.partition("://")[2].partition("/")[0]}

    fsspec.register_implementation("hosted", Hosted, clobber=True)
    for file in pool.files:
        name = Path(file).relative_to(pool.folder).as_posix()
        Location.of(f"hosted://me@far:90/data/{name}").keep(Path(file))
    subset = select(
        "hosted://me@far:90/data/?/part-*", "hosted://near/out", storage="hosted://far:91", budget=50,
        **FIT,
    )  # fmt: skip
    assert set(Hosted.machines) == {"me@far:90", "near", "far:91"}
    assert subset.sha256() == alone(pool.files, tmp_path, budget=50, **FIT)[0]
    assert subset.files[0] == "hosted://near/out/a/part-1.jsonl"
    assert Location.of(subset.files[0]).exists()
    again = select("hosted://far:91/pool.gamut", tmp_path / "again", budget=9)
    assert len(again) == 9
    assert set(Hosted.machines) == {"me@far:90", "near", "far:91"}


def test_addresses_that_are_made_of_others(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")

    def within(address: str, path: str, **settings: Any) -> str:
        return str(Location.of(address, settings) / path)

    assert within("memory://", "x") == "memory:///x"
    assert within("memory://a/b/", "x") == "memory://a/b/x"
    assert within("file:///", "x") == "file:///x"
    assert within("file:///a/", "x") == "file:///a/x"
    cached = within(
        "simplecache::memory://a/b", "x", simplecache={"cache_storage": str(tmp_path / "cache")}
    )
    assert cached == "simplecache::memory://a/b/x"
    assert str(Location.of("file:///a/b").parent) == "file:///a"


def test_an_archive_that_is_half_there(
    pool: DividedPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec")
    output = f"file://{tmp_path}/pool.gamut"
    options: dict[str, Any] = {"storage": tmp_path / "st", "quality": "quality"}
    keep = Location.keep

    def killed(self: Location, what: Path, last: str | None = None) -> None:
        keep(self, what, last)
        if str(self) == output:
            (self / "archive.json").remove()
            raise KeyboardInterrupt

    with monkeypatch.context() as changed:
        changed.setattr(Location, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            fit(pool.files[0], output, **options)
    with pytest.raises(gamut.DataError, match="exists already; .* force=True"):
        fit(pool.files[0], output, **options)
    archive = fit(pool.files[0], output, force=True, **options)
    assert len(archive.select(budget=5).indices) == 5
    assert len(os.listdir(tmp_path / "st")) == 1
    (tmp_path / "mine.gamut").mkdir()
    with pytest.raises(gamut.DataError, match="mine.gamut is no archive, and is not replaced"):
        fit(pool.files[0], f"file://{tmp_path}/mine.gamut", force=True, **options)


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_archives_of_like_names(pool: DividedPool, tmp_path: Path, scheme: str) -> None:
    if scheme:
        pytest.importorskip("fsspec")
    options: dict[str, Any] = {"storage": tmp_path / "st", "quality": "quality"}
    first = fit(pool.files[0], f"{scheme}{tmp_path}/pool.gamut", **options)
    # Not an archive, and not what a run left.
    (tmp_path / "pool").mkdir()
    (tmp_path / "pool" / "mine").write_text("mine")
    with pytest.raises(gamut.DataError, match=r"pool.parts.json tells of another archive's parts"):
        fit(pool.files[1], f"{scheme}{tmp_path}/pool", force=True, **options)
    assert os.listdir(tmp_path / "pool") == ["mine"]
    assert len(select(first, tmp_path / "out", budget=5)) == 5
    # Another name for both is none of another archive.
    (tmp_path / "pool.gamut").rename(tmp_path / "new.gamut")
    (tmp_path / "pool.parts.json").rename(tmp_path / "new.parts.json")
    assert len(select(f"{scheme}{tmp_path}/new.gamut", tmp_path / "again", budget=5)) == 5
    fit(pool.files[1], f"{scheme}{tmp_path}/new.gamut", force=True, **options)
    assert len(os.listdir(tmp_path / "st")) == 1


@pytest.mark.parametrize("shared", [True, False], ids=["one system", "two systems"])
@pytest.mark.parametrize("bucket", [True, False], ids=["bucket", "folder"])
def test_an_interrupted_run_is_no_dead_end(
    pool: DividedPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: bool, bucket: bool
) -> None:
    fsspec = pytest.importorskip("fsspec")
    from fsspec.implementations.dirfs import DirFileSystem
    from fsspec.implementations.local import LocalFileSystem

    class Buckets(DirFileSystem):  # type: ignore[misc]
        protocol = "buckets"

        def __init__(self, root: str, **options: Any) -> None:
            super().__init__(path=root, fs=LocalFileSystem(auto_mkdir=True), **options)

    fsspec.register_implementation("buckets", Buckets, clobber=True)
    options: dict[str, Any] = {
        "storage_options": {"root": str(tmp_path / "root")}, "budget": 40,
    }  # fmt: skip
    output = "buckets://out" if bucket else "buckets://b/out"
    path = output.partition("://")[2]
    folder = tmp_path / "root" / path
    archive = fit(
        pool.files, tmp_path / "pool.gamut", quality="quality", on_error="skip",
        storage="buckets://work" if shared else tmp_path / "work",
        storage_options=options["storage_options"],
    )  # fmt: skip

    def ends(at: str, **more: Any) -> InTurn:
        """A run that is killed where something is moved, or copied, to the output."""
        method = getattr(Location, at)

        def killed(self: Location, *arguments: Any) -> None:
            place = self if at == "keep" else arguments[0]
            if place.path.endswith("out/part-4.jsonl" if at == "move" else "chosen.npy"):
                raise KeyboardInterrupt
            method(self, *arguments)

        engine = InTurn()
        with monkeypatch.context() as changed:
            changed.setattr(Location, at, killed)
            if at == "move":
                remove = Location.remove

                def stays(self: Location) -> None:
                    """Who is killed tidies nothing up."""
                    if ".gamut-" not in self.name:
                        remove(self)

                changed.setattr(Location, "remove", stays)
            with pytest.raises(KeyboardInterrupt):
                select(archive, output, engine, **options, **more)
        return engine

    def dies(task: Task, outcome: Outcome) -> Outcome:
        raise KeyboardInterrupt

    with monkeypatch.context() as changed:
        changed.setattr(Location, "remove", lambda _: None)
        with pytest.raises(KeyboardInterrupt):
            select(archive, output, InTurn(dies), **options)
    # Nothing of the output was there.
    subset = select(archive, output, **options)
    whole = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    assert not [name for name in whole if name.startswith(".") or "unfinished" in name]
    for at in ("move", "keep"):
        engine = ends(at, force=True)
        if shared or not bucket:
            # Whatever comes late does not come into the subset.
            assert not any(task.into.path.startswith(f"{path}/") for task in engine.tasks)
        with pytest.raises(gamut.DataError, match="holds what an interrupted run left; .*force"):
            select(archive, output, **options)
        again = select(archive, output, force=True, **options)
        assert again.sha256() == subset.sha256()
        assert whole == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_names() -> None:
    names = ["a/x.jsonl", "b/x.jsonl.gz", "b/y.json", "c/y.json.gz", "c/y.json", "c/.jsonl"]
    assert names_of_subsets(names, ".jsonl") == [
        "a/x.jsonl", "b/x.jsonl", "b/y.jsonl", "c/y.json.gz.jsonl", "c/y.json.jsonl", ".jsonl.jsonl",
    ]  # fmt: skip
    assert names_of_subsets(["/data/x.csv"], ".jsonl") == ["x.jsonl"]
    # Longer names may collide with others.
    for names, expected in {
        ("x.csv", "x.jsonl", "x.csv.jsonl"): ["x.csv.jsonl", "x.jsonl.jsonl", "x.csv.jsonl.jsonl"],
        ("a/x.jsonl/p.json", "b/p.json", "a/x.csv", "b/x.csv"): [
            "a/x.jsonl/p.json.jsonl", "b/p.jsonl", "a/x.csv.jsonl", "b/x.jsonl",
        ],
        ("a/x.jsonl/p", "b/p", "a/x", "b/x"): [
            "a/x.jsonl/p-1.jsonl", "b/p.jsonl", "a/x-3.jsonl", "b/x.jsonl",
        ],
        ("chosen.receipts.csv",): ["chosen.receipts.csv.jsonl"],
        ("x", "x"): ["x-1.jsonl", "x-2.jsonl"],
    }.items():  # fmt: skip
        assert names_of_subsets(names, ".jsonl") == expected
    names = ["p10", "p9", "p09", "p1/x", "p1.x", "P", "p", "p9a", "p9/1", "ä"]
    ordered = ["P", "p", "p1.x", "p1/x", "p09", "p9", "p9/1", "p9a", "p10", "ä"]
    assert sorted(names, key=natural) == ordered


def test_each_file_keeps_its_records(pool: DividedPool, tmp_path: Path) -> None:
    lines = Path(pool.files[1]).read_bytes().splitlines(keepends=True)
    rows = [json.loads(line) for line in lines[60:90]]
    (tmp_path / "x.csv.jsonl").write_bytes(b"".join(lines[:30]))
    (tmp_path / "x.jsonl").write_bytes(b"".join(lines[30:60]))
    (tmp_path / "x.json").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "x.json.jsonl").write_bytes(b"".join(lines[90:120]))
    files = sorted((str(path) for path in tmp_path.glob("x.*")), key=natural)
    subset = select(files, tmp_path / "out", storage=tmp_path / "st", budget=120, receipts=True)
    assert len(subset.files) == 4
    assert subset.sha256() == alone(files, tmp_path, budget=120)[0]


def test_the_program_has_the_same_order(pool: DividedPool, tmp_path: Path) -> None:
    lines = Path(pool.files[1]).read_bytes().splitlines(keepends=True)
    names = ["p10", "p9", "p009", "p1.x", "P", "p", "p9a", "q-1/z", "q-01/y", "q-1/a", "p9 a"]
    for number, name in enumerate(names):
        path = tmp_path / "files" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(lines[number * 20 : number * 20 + 20]))
    paths = [str(tmp_path / "files" / f"{name}.jsonl") for name in names]
    subset = select(paths, tmp_path / "out", storage=tmp_path / "st", budget=11, quality="quality")
    told = [source["path"] for source in subset.manifest["sources"]]
    assert told == sorted(paths, key=natural)


def test_engines_are_imported_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys, gamut; gamut.select; print([n for n in ('ray', 'pyspark') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    for engine, outside in (("ray", "ray"), ("spark", "pyspark")):
        monkeypatch.setitem(sys.modules, outside, None)
        monkeypatch.delitem(sys.modules, f"gamut.{engine}", raising=False)
        with pytest.raises(ImportError, match=rf"pip install 'gamut-select\[{engine}\]'"):
            __import__(f"gamut.{engine}")
