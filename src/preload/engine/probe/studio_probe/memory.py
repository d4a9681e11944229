"""The memory that the process holds: its resident set, and the memory of GPUs that torch has initialised. In bytes."""

import os
import sys

try:
    import resource
except ImportError:
    resource = None


class Memory:
    def __init__(self, platform):
        self.source = None
        self._read = self._choose(platform)

    def resident(self):
        """`None` where this system does not tell."""
        try:
            return self._read()
        except Exception:
            return None

    def highest_resident(self):
        """Since the process began or `forget_highest`, kept by the kernel; `None` elsewhere than on Linux."""
        if resource is None or self.source != "statm":
            return None
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10

    def forget_highest(self):
        """Has the kernel count anew from what is held now (proc(5), `clear_refs`).

        Where that is not allowed, a peak below an earlier one is seen only as often as somebody looks.
        """
        if self.source != "statm":
            return
        try:
            clear_refs = os.open("/proc/self/clear_refs", os.O_WRONLY | os.O_CLOEXEC)
        except OSError:
            return
        try:
            os.write(clear_refs, b"5")
        except OSError:
            pass
        finally:
            os.close(clear_refs)

    def _choose(self, platform):
        if platform.startswith("linux"):
            try:
                page = os.sysconf("SC_PAGE_SIZE")
                statm = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
                os.pread(statm, 64, 0)
                self.source = "statm"
                return lambda: int(os.pread(statm, 64, 0).split()[1]) * page
            except OSError:
                pass
        return self._by_psutil

    def _by_psutil(self):
        """The engine's own: it is imported by the time a job runs."""
        psutil = sys.modules.get("psutil")
        if psutil is None:
            return None
        size = psutil.Process().memory_info().rss
        self.source = "psutil"
        return size


def gpu():
    """All devices together, `{"allocated", "reserved", "peak"}`; `None` where torch has initialised no CUDA."""
    try:
        cuda = sys.modules["torch"].cuda
        if not cuda.is_initialized():
            return None
        devices = range(cuda.device_count())
        return {
            "allocated": sum(cuda.memory_allocated(device) for device in devices),
            "reserved": sum(cuda.memory_reserved(device) for device in devices),
            "peak": sum(cuda.max_memory_allocated(device) for device in devices),
        }
    except Exception:
        return None
