"""The kind that a job is of, and the numbers that make it big: its files and names leave here as hashes alone."""

import hashlib
import os
import re
import sys
import time

from .prompt import ids, node_class
from .text import name, number

#: By what the engine's own nodes and the common packs call them.
NUMBERS = {
    "width": "width",
    "height": "height",
    "batch_size": "batch",
    "batch": "batch",
    "frames": "frames",
    "num_frames": "frames",
    "frame_count": "frames",
    "video_frames": "frames",
    "length": "frames",
    "steps": "steps",
    "num_steps": "steps",
}
#: A larger one is a mistake, or no size.
MOST = 1 << 20
DIGITS = re.compile(r"[0-9]{1,7}")
MODEL = (".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".onnx", ".pkl")
#: Of one job. What comes later counts by its class alone.
NODES = 2_000
FILES = 32
#: That looking for files may take of one job, in seconds; a file that was found once takes one look.
FILES_TAKE = 0.02
#: Of a file's beginning and of its end, in bytes.
PART = 1 << 16
#: Between a number and the node that it is linked to.
LINKS = 4
KNOWN = 1_000


class Needs:
    """Describes jobs, and remembers the hashes of files."""

    def __init__(self, packs):
        self._packs = packs
        #: A name to its path, and a path to its size, its time and its hash.
        self._paths = {}
        self._hashes = {}

    def describe(self, item):
        prompt, outputs = item[2], ids(item[4])
        classes, names, sizes = [], [], []
        for at, node in enumerate(prompt.values()):
            kind = node_class(node)
            classes.append(kind)
            inputs = node.get("inputs") if at < NODES and isinstance(node, dict) else None
            if not isinstance(inputs, dict):
                continue
            if "load" in kind.lower():
                names += [each for each in inputs.values() if isinstance(each, str) and each.lower().endswith(MODEL)]
            found = {}
            for key in inputs.keys() & NUMBERS.keys():
                value = _size(inputs[key], prompt)
                if value is not None:
                    found[NUMBERS[key]] = max(value, found.get(NUMBERS[key], 0))
            if found:
                sizes.append((kind, found))
        packs = sorted({str(self._packs.of_class(each)) for each in set(classes)})
        return {
            "family": _hash([*sorted(classes), "", *packs, "", *self._files(names)]),
            "sizes": _hash(sorted(f"{kind} {sorted(found.items())}" for kind, found in sizes)),
            "pixels": _pixels([found for _, found in sizes]),
            **{each: _largest(sizes, each) for each in ("width", "height", "batch", "frames", "steps")},
            "output": next((name(node_class(node)) for key, node in prompt.items() if key in outputs), None),
            "device": _device(),
        }

    def _files(self, names):
        """The hashes of the files that the loaders name, as far as the time for it goes."""
        until = time.monotonic() + FILES_TAKE
        hashes = []
        for each in sorted(set(names))[:FILES]:
            if each not in self._hashes and time.monotonic() > until:
                hashes.append("?")
            else:
                hashes.append(self._file(each) or "?")
        return sorted(hashes)

    def _file(self, each):
        path = self._paths.get(each)
        try:
            path = path if path is not None and os.path.isfile(path) else _path_of(each)
            if path is None:
                return None
            found = os.stat(path)
            known = self._hashes.get(each)
            state = (path, found.st_size, found.st_mtime_ns)
            if known is not None and known[0] == state:
                return known[1]
            hashed = _hash_of_file(path, found.st_size)
        except (OSError, ValueError):
            return None
        if len(self._hashes) >= KNOWN:
            self._hashes.clear()
            self._paths.clear()
        self._paths[each] = path
        self._hashes[each] = (state, hashed)
        return hashed


def _path_of(file):
    """The path at which the engine finds a model of that name; `None` where it has none."""
    folders = sys.modules.get("folder_paths")
    for kind in list(getattr(folders, "folder_names_and_paths", None) or ()):
        found = folders.get_full_path(kind, file)
        if isinstance(found, str):
            return found
    return None


def _hash_of_file(path, size):
    """Its size, its beginning and its end: all of a large model would take a minute, and these tell models apart."""
    hashed = hashlib.sha256(str(size).encode())
    with open(path, "rb") as file:
        hashed.update(file.read(PART))
        if size > PART:
            file.seek(max(PART, size - PART))
            hashed.update(file.read(PART))
    return hashed.hexdigest()[:16]


def _size(value, prompt):
    """A whole number from 1 on; `None` for all else. One that another node gives is looked up there."""
    for _ in range(LINKS):
        if not isinstance(value, list):
            break
        node = prompt.get(value[0]) if value and isinstance(value[0], str) else None
        inputs = node.get("inputs") if isinstance(node, dict) else None
        value = inputs.get("value") if isinstance(inputs, dict) else None
    if isinstance(value, str):
        value = int(value) if DIGITS.fullmatch(value.strip()) else None
    value = number(value)
    return int(value) if value is not None and 1 <= value <= MOST else None


def _pixels(sizes):
    """The pixels that all nodes name together, times images and frames; `None` where no number says how big it is."""
    areas = [each for each in sizes if "width" in each and "height" in each]
    loose = [each for each in sizes if not ("width" in each and "height" in each)]
    pixels = sum(each["width"] * each["height"] * each.get("batch", 1) * each.get("frames", 1) for each in areas)
    times = [max((each[key] for each in loose if key in each), default=0) for key in ("batch", "frames")]
    if not pixels and not any(times):
        return None
    return (pixels or 1) * (times[0] or 1) * (times[1] or 1)


def _largest(sizes, key):
    return max((found[key] for _, found in sizes if key in found), default=None)


def _hash(words):
    return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _device():
    """The memory of all GPUs that torch has initialised, in bytes; `None` for none. It tells machines apart."""
    try:
        cuda = sys.modules["torch"].cuda
        if not cuda.is_initialized():
            return None
        return sum(cuda.get_device_properties(device).total_memory for device in range(cuda.device_count()))
    except Exception:
        return None
