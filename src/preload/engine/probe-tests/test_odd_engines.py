"""Tests of what packs and newer engines may do: forks, odd errors and classes, methods that are not there."""

import sys
import time
import unittest

from case import NAP, EngineCase
from engine_process import PROBE

sys.path.insert(0, str(PROBE))
#: A fork whose child ends as Python does, and not by `os._exit`.
FORK = """
pid = os.fork()
if pid == 0:
    sys.exit(0)
until = time.monotonic() + 20
while os.waitpid(pid, os.WNOHANG)[0] == 0:
    if time.monotonic() > until:
        os.kill(pid, 9)
        sys.exit("the child hangs")
    await asyncio.sleep(0.02)
"""


class Forks(EngineCase):
    def test_a_child_of_an_engine_ends(self):
        # Once the first beat has armed the watchdog.
        self.run_engine("await asyncio.sleep(1.2)\n" + FORK, pack=NAP)

    def test_the_watchdog_watches_on_after_one(self):
        engine = self.run_engine(
            "await asyncio.sleep(1.2)\n" + FORK + "await post(server, ('Hold', {}))\nawait ended(server, 'a')",
            pack=NAP
            + """
import ctypes
class Hold:
    def run(self, server):
        ctypes.PyDLL(None).sleep(4)
NODE_CLASS_MAPPINGS["Hold"] = Hold
""",
        )
        self.assertIn("Timeout", engine.runner.watchdog)

    def test_a_child_does_not_wait_for_what_another_thread_held(self):
        self.run_engine(
            """
growth = next(part for part in __import__("gc").get_objects() if type(part).__name__ == "Growth")
growth._lock.acquire()
pid = os.fork()
if pid == 0:
    growth.look()
    os._exit(0)
growth._lock.release()
until = time.monotonic() + 20
while os.waitpid(pid, os.WNOHANG)[0] == 0:
    if time.monotonic() > until:
        os.kill(pid, 9)
        sys.exit("the child hangs")
    await asyncio.sleep(0.02)
""",
            pack=NAP,
        )


class OddThings(EngineCase):
    def test_a_worker_that_ends_by_an_error_without_words_is_told(self):
        engine = self.start(
            "await post(server, ('Leave', {}))\nawait asyncio.sleep(2.5)",
            pack="""
class Odd(SystemExit):
    def __str__(self):
        raise ValueError("no words")
class Leave:
    def run(self, server):
        raise Odd()
NODE_CLASS_MAPPINGS["Leave"] = Leave
""",
        )
        engine.finish()
        (died,) = engine.runner.of("thread-died")
        self.assertTrue(died["worker"])
        self.assertEqual((died["error"]["name"], died["error"]["message"]), ("Odd", None))

    def test_a_class_that_fails_when_it_is_asked_has_no_pack(self):
        engine = self.run_engine(
            "await post(server, ('Odd', {}), ('Nap', {}))\nawait ended(server, 'a')",
            pack=NAP
            + """
class Meta(type):
    def __getattribute__(cls, name):
        if name == "RELATIVE_PYTHON_MODULE":
            raise RuntimeError("not for you")
        return super().__getattribute__(name)
class Odd(metaclass=Meta):
    def run(self, server):
        pass
NODE_CLASS_MAPPINGS["Odd"] = Odd
""",
        )
        self.assert_told(engine, "node", "node-end", "node", "node-end")
        self.assertEqual([event["what"] for event in engine.runner.of("trouble")], ["finding the pack of a class"])

    def test_a_job_that_is_odd_in_one_thing_is_told(self):
        for item in (
            "(5, 'odd', {'1': {'class_type': 'Nap', 'inputs': {}}}, {}, None, {})",
            "(5, __import__('uuid').UUID(int=1), {'1': {'class_type': 'Nap', 'inputs': {}}}, {}, ['1'], {})",
            "(5, 'odd', [], {}, ['1'], {})",
        ):
            engine = self.start(f"server.prompt_queue.put({item})\nawait asyncio.sleep(0.5)", pack=NAP)
            engine.finish()
            (queued,) = engine.runner.of("queued")
            self.assertIsInstance(queued["id"], str)

    def test_an_engine_without_one_of_the_methods_is_watched_by_the_others(self):
        engine = self.run_engine(
            "await post(server, ('Nap', {}))\nawait ended(server, 'a')",
            pack=NAP,
            environment={"FAKE_ENGINE_WITHOUT": "delete_queue_item"},
        )
        (hooks,) = [event for event in engine.runner.of("hooks") if event["module"] == "execution"]
        self.assertEqual(hooks["missing"], ["PromptQueue.delete_queue_item"])
        self.assertEqual(len(engine.runner.of("node-end")), 1)

    def test_an_engine_without_the_method_that_ends_jobs_is_watched_by_the_others(self):
        engine = self.start(
            "await post(server, ('Nap', {}))\nawait asyncio.sleep(0.5)",
            pack=NAP,
            environment={"FAKE_ENGINE_WITHOUT": "task_done"},
        )
        engine.finish()
        (hooks,) = [event for event in engine.runner.of("hooks") if event["module"] == "execution"]
        self.assertEqual(hooks["missing"], ["PromptQueue.task_done"])
        self.assertEqual(len(engine.runner.of("node-end")), 1)


class CostOfProfiles(unittest.TestCase):
    def test_a_look_does_not_go_through_the_constants_of_a_function(self):
        from types import SimpleNamespace

        from studio_probe.profile import Profile

        class Constant:
            hashed = 0

            def __hash__(self):
                Constant.hashed += 1
                return 1

        def function():
            return sys._getframe()

        function.__code__ = function.__code__.replace(co_consts=(*function.__code__.co_consts, Constant()))
        session = SimpleNamespace(growth=SimpleNamespace(last=0), settings=SimpleNamespace(profile_seconds=60))
        profile = Profile(session, 100)
        profile.add(profile.stack_of(function()), (1, None))
        profile.add(profile.stack_of(function()), (1, None))
        self.assertEqual(Constant.hashed, 0)

    def test_one_is_told_though_the_clock_was_set_back(self):
        from types import SimpleNamespace
        from unittest import mock

        from studio_probe.profile import Profile

        told = []
        session = SimpleNamespace(
            growth=SimpleNamespace(last=0),
            settings=SimpleNamespace(profile_seconds=0.05),
            outbox=SimpleNamespace(say=lambda kind, **fields: told.append(kind)),
            worker=SimpleNamespace(ident=1, native_id=1, name="worker"),
        )
        profile = Profile(session, 100)
        profile.add(profile.stack_of(sys._getframe()), (1, None))
        with mock.patch("time.time", return_value=time.time() - 3_600):
            time.sleep(0.06)
            profile.tell_when_due()
        self.assertEqual(told, ["profile"])


if __name__ == "__main__":
    unittest.main()
