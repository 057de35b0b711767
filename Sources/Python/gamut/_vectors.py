"""Embeddings for the program: a `.npy` file is taken where it lies, an array is written once, as it is."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# The length of the header that is written, whatever the shape: a multiple of 64, as NumPy has it.
_HEADER = 128
# How many bytes are changed in order or type at once.
_PIECE = 1 << 24


class VectorFile:
    """An `.npy` file without a name that rows are added to.

    Attributes:
        width: The numbers of a row; 0 before the first.
    """

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile(prefix="gamut-")
        self.file.write(b"\0" * _HEADER)
        self.width = 0
        self._rows = 0
        self._dtype: np.dtype[Any] | None = None

    def write(self, rows: npt.NDArray[Any]) -> None:
        """Adds rows, all of one length and one type of number."""
        if self._dtype is None:
            self.width, self._dtype = rows.shape[1], rows.dtype
        if rows.shape[1] != self.width:
            raise ValueError(
                f"a vector has {rows.shape[1]} numbers, and those before have {self.width}"
            )
        if rows.dtype != self._dtype:
            raise ValueError(f"vectors are of {rows.dtype}, and those before of {self._dtype}")
        self.file.write(rows.data.cast("B") if rows.size else b"")
        self._rows += len(rows)

    def finish(self) -> str:
        """Writes the header.

        Returns:
            The path by which this process and those that inherit the file find it.
        """
        name = self._dtype.str if self._dtype is not None else "<f4"
        text = f"{{'descr': {name!r}, 'fortran_order': False, 'shape': ({self._rows}, {self.width}), }}"
        start = b"\x93NUMPY\x01\x00" + (_HEADER - 10).to_bytes(2, "little")
        self.file.seek(0)
        self.file.write(start + text.encode().ljust(_HEADER - 11) + b"\n")
        self.file.flush()
        return path_of(self.file)


def path_of(file: IO[bytes]) -> str:
    """The path of an open file for the program, which has to inherit it."""
    return f"/proc/self/fd/{file.fileno()}"


def vectors_as_path(vectors: Any, stack: ExitStack, descriptors: list[int]) -> str:
    """A path that the program reads vectors from.

    Args:
        vectors: A path; an array, or what NumPy makes one of without a change (a tensor in main memory).
        stack: Closes what was opened.
        descriptors: Gets the files that the program has to inherit.
    """
    import numpy as np

    if isinstance(vectors, str | os.PathLike):
        return os.fspath(cast("str | os.PathLike[str]", vectors))
    if isinstance(vectors, np.memmap) and _is_whole_file(vectors):
        return os.fspath(cast("str", vectors.filename))
    array = _as_array(vectors)
    file = VectorFile()
    stack.callback(file.file.close)
    step = max(1, _PIECE // max(1, array.itemsize * array.shape[1]))
    little = array.dtype.newbyteorder("<")
    if array.flags.c_contiguous and array.dtype == little:
        step = max(1, len(array))
    for start in range(0, len(array), step):
        file.write(np.ascontiguousarray(array[start : start + step], dtype=little))
    if len(array) == 0:
        file.write(np.empty(array.shape, little))
    descriptors.append(file.file.fileno())
    return file.finish()


def _as_array(vectors: Any) -> npt.NDArray[Any]:
    import numpy as np

    if hasattr(vectors, "detach") and hasattr(vectors, "cpu"):
        vectors = vectors.detach().cpu()
        if not str(vectors.dtype).startswith(("torch.float16", "torch.float32", "torch.float64")):
            vectors = vectors.float()
    array = np.asarray(vectors)
    if array.dtype.kind != "f" or array.itemsize > 8:
        raise TypeError(
            f"embeddings are float16, float32 or float64, and these are {array.dtype};"
            " convert them with .astype('float32')"
        )
    if array.ndim != 2:
        raise ValueError(
            f"embeddings have two dimensions, one row a sample, and these have {array.ndim}"
        )
    return array


def _is_whole_file(array: np.memmap[Any, Any]) -> bool:
    """Whether an array is just what an `.npy` file holds, in an order that the program reads."""
    import numpy as np

    # A view has a file's name too, and another start or shape.
    if not array.filename or array.ndim != 2 or not array.flags.c_contiguous:
        return False
    try:
        again = np.load(array.filename, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError):
        return False
    return (
        isinstance(again, np.memmap)
        and again.dtype == array.dtype
        and again.dtype.kind == "f"
        and again.shape == array.shape
        and array.mode in ("r", "r+", "c")
        and array.mode != "c"
        and again.offset == array.offset
    )
