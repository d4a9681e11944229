"""The resident memory of this process, and what its GPU holds, in bytes."""

import os
import sys

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def open_reader():
    """A function that gives the resident set in bytes, or 0 where this system does not say."""
    if sys.platform.startswith("linux"):
        statm = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        return lambda: int(os.pread(statm, 64, 0).split()[1]) * _PAGE_BYTES
    if sys.platform == "win32":
        return _windows_reader()
    return lambda: 0


def _windows_reader():
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS, psapi.h."""

        _fields_ = [
            ("cb", wintypes.DWORD),
            ("PageFaultCount", wintypes.DWORD),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            ("WorkingSetSize", ctypes.c_size_t),
            ("QuotaPeakPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPeakNonPagedPoolUsage", ctypes.c_size_t),
            ("QuotaNonPagedPoolUsage", ctypes.c_size_t),
            ("PagefileUsage", ctypes.c_size_t),
            ("PeakPagefileUsage", ctypes.c_size_t),
        ]

    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.GetCurrentProcess.restype = wintypes.HANDLE
    read = kernel32.K32GetProcessMemoryInfo
    read.argtypes = [wintypes.HANDLE, ctypes.POINTER(Counters), wintypes.DWORD]
    counters = Counters(cb=ctypes.sizeof(Counters))

    def resident():
        taken = read(kernel32.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
        return counters.WorkingSetSize if taken else 0

    return resident


def gpu():
    """`{allocated, reserved, peak}` in bytes once the engine has initialised `torch.cuda`, else None."""
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    try:
        if cuda is None or not cuda.is_initialized():
            return None
        return {
            "allocated": cuda.memory_allocated(),
            "reserved": cuda.memory_reserved(),
            "peak": cuda.max_memory_allocated(),
        }
    except Exception:
        return None
