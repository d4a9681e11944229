"""Starts a program as `ddtrace-run` does: its folder on Python's path, and then in this process's place."""

import os
import shutil
import sys

if __name__ == "__main__":
    os.environ["STARTED_BY"] = "ddtrace-run"
    program = shutil.which(sys.argv[1])
    os.execl(program, program, *sys.argv[2:])
