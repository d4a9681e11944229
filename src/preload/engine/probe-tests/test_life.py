"""Tests of where the probe is active, and what it says of an engine that hangs or dies."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from case import NAP, EngineCase
from engine_process import PROBE

JOB = "await post(server, ('Nap', {}))\nawait ended(server, 'a')"


class WhereItRuns(EngineCase):
    def test_the_engine_says_who_it_is(self):
        engine = self.run_engine(JOB, pack=NAP)
        hello = engine.runner.events[0]
        self.assertEqual((hello["type"], hello["protocol"], hello["token"]), ("hello", 1, "token"))
        self.assertEqual(hello["pid"], engine.process.pid)
        self.assertEqual(hello["python"], ".".join(str(part) for part in sys.version_info[:3]))
        self.assertFalse(hello["again"])
        hooks = {event["module"]: event for event in engine.runner.of("hooks")}
        self.assertEqual(set(hooks), {"nodes", "execution", "server"})
        self.assertEqual([event["missing"] for event in hooks.values()], [[], [], []])
        self.assertEqual(len(engine.runner.of("ready")), 1)
        self.assertEqual(engine.runner.of("exit")[-1], engine.runner.events[-1])

    def test_behind_a_wrapper_that_is_a_python_and_runs_in_the_engine_s_folder(self):
        wrapper = [sys.executable, "-c", "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"]
        engine = self.run_engine(JOB, pack=NAP, command=[*wrapper, sys.executable])
        (hello,) = engine.runner.of("hello")
        self.assertNotEqual(hello["pid"], engine.process.pid)
        self.assertEqual(len(engine.runner.of("ended")), 1)

    def test_a_script_that_runs_the_engine_s_main(self):
        engine = self.run_engine(
            JOB,
            pack=NAP,
            command=[sys.executable, "-c", "import runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__')"],
        )
        self.assertEqual(len(engine.runner.of("ended")), 1)
        self.assertEqual(len(engine.runner.of("ready")), 1)

    def test_a_python_that_ignores_pythonpath_has_a_launcher(self):
        engine = self.run_engine(JOB, pack=NAP, command=[sys.executable, "-E", str(PROBE / "launcher.py")])
        self.assertEqual(len(engine.runner.of("ended")), 1)
        self.assertEqual(len(engine.runner.of("ready")), 1)

    def test_the_launcher_runs_a_script_as_python_itself_would(self):
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder, True)
        script = folder / "show.py"
        script.write_text("import sys, json; print(json.dumps([sys.path, sys.argv, __name__, __file__]))")
        for options in ([], ["-E"], ["-I"], ["-s", "-u"]):

            def shown(*launcher, options=options):
                command = [sys.executable, *options, *launcher, "show.py", "--port", "1"]
                return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout

            self.assertEqual(shown(str(PROBE / "launcher.py")), shown(), options)

    def test_the_launcher_starts_ddtrace_as_its_own_start_up_code_would(self):
        engine = self.start(
            JOB,
            pack=NAP,
            command=[sys.executable, "-E", str(PROBE / "launcher.py")],
            environment={"STUDIO_PROBE_DDTRACE": ""},
        )
        engine.finish()
        bootstrap = engine.folder / "bootstrap"
        bootstrap.mkdir()
        (bootstrap / "sitecustomize.py").write_text("import sys; sys.ddtrace_was_here = True")
        again = self.run_engine(
            JOB + "\nassert sys.ddtrace_was_here",
            pack=NAP,
            command=[sys.executable, "-E", str(PROBE / "launcher.py")],
            environment={"STUDIO_PROBE_DDTRACE": str(bootstrap)},
        )
        self.assertEqual(len(again.runner.of("ended")), 1)

    def test_an_engine_that_replaces_itself_says_hello_again(self):
        engine = self.run_engine(
            """
await post(server, ("Nap", {}))
await ended(server, "a")
if "AGAIN" not in os.environ:
    os.environ["AGAIN"] = "1"
    os.execv(sys.executable, [sys.executable, *sys.argv])
""",
            pack=NAP,
        )
        first, second = engine.runner.of("hello")
        self.assertEqual(first["pid"], second["pid"])
        self.assertEqual((first["again"], second["again"]), (False, True))
        self.assertEqual(len(engine.runner.of("ended")), 2)

    def test_one_that_ignores_pythonpath_and_replaces_itself_comes_back_with_its_launcher(self):
        # Another program, and words of no kind that exec knows, are left as they are.
        scenario = """
await post(server, ("Nap", {}))
await ended(server, "a")
for words in [("no/such", ["main.py"]), ("python", [7, "main.py"]), ("python", None)]:
    try: os.execv(*words)
    except (OSError, TypeError): pass
    else: raise AssertionError(words)
if "AGAIN" not in os.environ:
    os.environ["AGAIN"] = "1"
    EXEC
"""
        for again in (
            "os.execv(sys.executable, [sys.executable, '-s', '-E', *sys.argv])",
            "os.execve(sys.executable, [sys.executable, '-X', 'utf8', '-E', *sys.argv], os.environ)",
            "os.execl(sys.executable, sys.executable, '-E', 'main.py')",
            "os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]] if sys.version_info > (3, 10) else "
            "[sys.executable, '-E', *sys.argv])",
        ):
            engine = self.run_engine(
                scenario.replace("EXEC", again),
                pack=NAP,
                command=[sys.executable, "-E", str(PROBE / "launcher.py")],
            )
            self.assertEqual([event["again"] for event in engine.runner.of("hello")], [False, True], again)
            self.assertEqual(len(engine.runner.of("ended")), 2, again)

    def test_children_of_the_engine_say_nothing(self):
        pack = (
            NAP
            + """
import os, subprocess, sys, multiprocessing
def work(): pass
class Fork:
    def run(self, server):
        child = os.fork()
        if child == 0:
            server.send_sync("progress", {"value": 1, "max": 1, "node": "child"}, None)
            server.prompt_queue.queue_updated = None
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        subprocess.run([sys.executable, "-c", "print('child')"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([sys.executable, "-m", "this"], check=True, stdout=subprocess.DEVNULL)
        again = [sys.executable, sys.argv[0]]
        subprocess.run(again, env={**os.environ, "CHILD": "1"}, check=True, stdout=subprocess.DEVNULL)
        process = multiprocessing.get_context("spawn").Process(target=int)
        process.start(); process.join()
        assert process.exitcode == 0
NODE_CLASS_MAPPINGS["Fork"] = Fork
"""
        )
        engine = self.run_engine(
            "if 'CHILD' in os.environ: return\nawait post(server, ('Fork', {}))\nawait ended(server, 'a')", pack=pack
        )
        self.assertEqual(len(engine.runner.of("hello")), 1)
        self.assertEqual(engine.runner.of("progress"), [])
        self.assertEqual(engine.runner.connections, 2)
        self.assertEqual(engine.runner.of("ended")[0]["state"], "done")

    def test_a_path_longer_than_a_socket_s_address(self):
        if sys.platform != "linux":
            self.skipTest("on Linux alone")
        base = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, base, True)
        folder = Path(base) / ("x" * 100) / ("y" * 100)
        folder.mkdir(parents=True)
        engine = self.run_engine(JOB, pack=NAP, folder=folder)
        self.assertGreater(len(engine.runner.path), 200)
        self.assertEqual(len(engine.runner.of("ended")), 1)

    def test_without_a_runner_the_engine_runs_and_one_line_says_so(self):
        engine = self.start(JOB, pack=NAP, listens=False)
        self.assertEqual(engine.finish(), 0)
        self.assertIn("scenario done", engine.stdout)
        self.assertEqual(engine.stderr.count("\n"), 1, engine.stderr)
        self.assertIn("studio-probe: the engine runs without the probe: FileNotFoundError", engine.stderr)

    def test_a_python_that_is_not_the_engine_does_without_a_word(self):
        environment = {**os.environ, "PYTHONPATH": str(PROBE), "STUDIO_PROBE_SOCKET": "/nowhere"}
        result = subprocess.run(
            [sys.executable, "-c", "import sys; print('studio_probe.session' in sys.modules)"],
            env=environment,
            capture_output=True,
            text=True,
        )
        self.assertEqual((result.returncode, result.stdout.strip(), result.stderr), (0, "False", ""))


class StartUpCode(EngineCase):
    def test_the_one_behind_ours_is_loaded_first_and_stays_the_one_that_is_imported(self):
        engine = self.start("pass")
        engine.finish()
        theirs = engine.folder / "theirs"
        theirs.mkdir()
        (theirs / "sitecustomize.py").write_text(
            "import sys; sys.they = 'studio_probe' not in sys.modules; name = 'theirs'"
        )
        again = self.run_engine(
            "assert sys.they\nimport sitecustomize\nassert sitecustomize.name == 'theirs'",
            environment={"PYTHONPATH": os.pathsep.join([str(PROBE), str(theirs)])},
        )
        self.assertEqual(len(again.runner.of("ready")), 1)

    def test_one_behind_ours_that_fails_fails_as_without_us_and_the_probe_runs(self):
        engine = self.start("pass")
        engine.finish()
        theirs = engine.folder / "theirs"
        theirs.mkdir()
        (theirs / "sitecustomize.py").write_text("raise RuntimeError('of the user')")
        again = self.start("pass", environment={"PYTHONPATH": os.pathsep.join([str(PROBE), str(theirs)])})
        self.assertEqual(again.finish(), 0)
        self.assertIn("RuntimeError: of the user", again.stderr)
        self.assertEqual(len(again.runner.of("ready")), 1)

    def test_start_up_code_that_loads_ours_again_starts_one_probe(self):
        # So does ddtrace: it drops `sitecustomize` and imports the next one, which is ours.
        engine = self.start("pass")
        engine.finish()
        theirs = engine.folder / "theirs"
        theirs.mkdir()
        (theirs / "sitecustomize.py").write_text(
            "import sys\nhere = sys.path.pop(next(i for i, p in enumerate(sys.path) if p.endswith('theirs')))\n"
            "mine = sys.modules.pop('sitecustomize')\nimport sitecustomize\nsys.path.append(here)\n"
        )
        again = self.run_engine(JOB, pack=NAP, environment={"PYTHONPATH": os.pathsep.join([str(PROBE), str(theirs)])})
        self.assertEqual(len(again.runner.of("hello")), 1)
        self.assertEqual(len(again.runner.of("ended")), 1)


class Hanging(EngineCase):
    def test_stacks_come_while_native_code_holds_the_lock(self):
        pack = """
import ctypes
class Hold:
    def run(self, server):
        ctypes.PyDLL(None).usleep(4_500_000)
NODE_CLASS_MAPPINGS["Hold"] = Hold
"""
        scenario = "await post(server, ('Hold', {}))\nawait ended(server, 'a')\nawait asyncio.sleep(1.5)"
        engine = self.start(scenario, pack=pack)
        engine.wait_for(lambda: "Timeout" in engine.runner.watchdog)
        self.assertEqual(engine.runner.of("ended"), [])
        engine.wait_for(lambda: "test_pack" in engine.runner.watchdog)
        (ready,) = engine.runner.of("ready")
        worker = engine.runner.watchdog.split(f"Thread {ready['worker']}")[1].split("Thread 0x")[0]
        self.assertRegex(worker, r'test_pack/__init__.py", line 6 in run')
        self.assertEqual(engine.finish(), 0)
        beats = [event["at"] for event in engine.runner.of("beat")]
        self.assertGreater(max(b - a for a, b in zip(beats, beats[1:])), 3_000)

    def test_a_loop_that_does_not_run_is_told_by_its_delay(self):
        engine = self.run_engine("await asyncio.sleep(1.2)\ntime.sleep(2.5)\nawait asyncio.sleep(1.2)")
        delays = [event["loopDelayMs"] for event in engine.runner.of("beat") if event["loopDelayMs"] is not None]
        self.assertGreater(max(delays), 900)
        self.assertEqual(delays[-1], 0)

    def test_a_loop_that_stands_still_shows_its_stacks(self):
        code = "import studio_probe.pulse as pulse\npulse.STANDS_STILL = 1_000\n"
        engine = self.run_engine(f"{code}await asyncio.sleep(1.2)\ntime.sleep(4)\nawait asyncio.sleep(1.2)")
        stacks = engine.runner.of("stacks")
        self.assertEqual([event["reason"] for event in stacks], ["loop"])
        (ready,) = engine.runner.of("ready")
        (main,) = (thread for thread in stacks[0]["threads"] if thread["id"] == ready["main"])
        self.assertEqual(main["frames"][0]["function"], "run")
        self.assertRegex(main["frames"][0]["file"], r"scenario\.py$")

    def test_a_worker_that_ends_is_told_with_its_reason(self):
        pack = (
            "import sys\nclass Leave:\n    def run(self, server): sys.exit(3)\nNODE_CLASS_MAPPINGS['Leave'] = Leave\n"
        )
        engine = self.run_engine("await post(server, ('Leave', {}))\nawait asyncio.sleep(2.5)", pack=pack)
        (died,) = engine.runner.of("thread-died")
        self.assertTrue(died["worker"])
        self.assertEqual((died["error"]["name"], died["error"]["message"]), ("SystemExit", "3"))
        self.assertIn("in run", died["error"]["stack"])
        self.assertEqual(engine.runner.of("beat")[-1]["worker"], False)
        self.assertEqual([event["reason"] for event in engine.runner.of("stacks")], ["worker"])
        self.assertEqual(engine.runner.of("ended"), [])


class Dying(EngineCase):
    def test_a_kill_loses_nothing_that_was_said_before(self):
        pack = NAP + "import os, signal\nclass Die:\n    def run(self, server): os.kill(os.getpid(), signal.SIGKILL)\n"
        pack += "NODE_CLASS_MAPPINGS['Die'] = Die\n"
        engine = self.start("await post(server, ('Nap', {}), ('Die', {}))\nawait asyncio.sleep(60)", pack=pack)
        self.assertEqual(engine.finish(), -signal.SIGKILL)
        self.assert_told(engine, "queued", "started", "node", "node-end", "node")
        self.assertEqual(engine.runner.of("exit"), [])

    def test_events_do_not_wait_for_anything(self):
        engine = self.run_engine(
            "for at in range(200):\n    await post(server, ('Nap', {}), id=str(at))\n    await ended(server, str(at))",
            pack=NAP,
        )
        delays = sorted(event["heard"] - event["at"] for event in engine.runner.of("started", "node", "ended"))
        # What waited for the next of 20 looks a second would be later; this test runs beside others.
        self.assertLess(delays[len(delays) // 4], 10)


if __name__ == "__main__":
    unittest.main()
