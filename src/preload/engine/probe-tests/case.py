"""The parts that the tests of the probe share."""

import unittest

from engine_process import Engine


class EngineCase(unittest.TestCase):
    """Runs engines, and ends them with the test."""

    def start(self, scenario, **options):
        engine = Engine(scenario, **options)
        self.addCleanup(engine.destroy)
        return engine

    def run_engine(self, scenario, **options):
        """To its end, which has to be a good one without a word of the probe's on stderr."""
        engine = self.start(scenario, **options)
        code = engine.finish()
        self.assertEqual(code, 0, engine.stderr)
        self.assertIn("scenario done", engine.stdout)
        self.assertNotIn("studio-probe", engine.stderr)
        return engine

    def assert_told(self, engine, *kinds, without=()):
        """The messages said, in order, of these types alone."""
        told = [event["type"] for event in engine.runner.of(*set(kinds))]
        self.assertEqual(told, list(kinds))


NAP = """
import time
class Nap:
    def run(self, server, seconds=0.0):
        time.sleep(seconds)
NODE_CLASS_MAPPINGS["Nap"] = Nap
"""
