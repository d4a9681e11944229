"""Stands in for what the published package leaves out, so that its main.py, server.py and execution.py run.

A module below these packages that is not installed is one whose every name is an empty class.
"""

import importlib.abc
import importlib.machinery
import sys
import types

WHOLE = (
    "app",
    "utils",
    "api_server",
    "middleware",
    "studio",
    "studio_api",
    "studio_extras",
    "einops",
    "torchsde",
    "transformers",
    "tokenizers",
    "kornia",
    "spandrel",
    "torchvision",
    "torchaudio",
    "av",
    "sentencepiece",
    "comfy_kitchen",
    "comfy_aimdo",
)


class _Names(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _named(name)


class _Empty(metaclass=_Names):
    def __init__(self, *args, **kwargs):
        pass

    def __init_subclass__(cls, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return args[0] if args and callable(args[0]) else _Empty()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Empty()

    def __iter__(self):
        return iter(())

    def __class_getitem__(cls, key):
        return cls


_classes = {}


def _named(name):
    return _classes.setdefault(name, _Names(name, (_Empty,), {}))


class _Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _named(name)


class _Node:
    pass


class _Output:
    pass


KNOWN = {
    "studio_api.internal": {
        "_StudioNodeInternal": _Node,
        "_NodeOutputInternal": _Output,
        "is_class": lambda o: isinstance(o, type),
        "first_real_override": lambda *a, **k: None,
        "make_locked_method_func": lambda t, f, c: getattr(c, f),
    },
}


class _StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        top, _, rest = name.partition(".")
        if top in WHOLE and (rest or top not in ("studio", "studio_api", "studio_extras", "app", "utils")):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = _Module(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module):
        module.__dict__.update(KNOWN.get(module.__name__, {}))


class _OldTorch(importlib.abc.MetaPathFinder):
    """Names that newer versions of torch have."""

    def find_spec(self, name, path=None, target=None):
        torch = sys.modules.get("torch")
        if name == "studio.quant_ops" and torch is not None:
            for missing in ("float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu"):
                if not hasattr(torch, missing):
                    setattr(torch, missing, torch.float16)
        return None


sys.meta_path.insert(0, _OldTorch())
sys.meta_path.append(_StandIns())
