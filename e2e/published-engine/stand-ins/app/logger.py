"""The engine's logging, as it is: every level, without a word of the level, on stderr."""

import logging
import sys


def setup_logger(log_level="INFO", capacity=300, use_stdout=False):
    logging.basicConfig(level=log_level, format="%(message)s", stream=sys.stdout if use_stdout else sys.stderr)


def get_logs():
    return []


def on_flush(callback):
    pass


def print_startup_warnings():
    pass


def log_startup_warning(message):
    logging.warning(message)
