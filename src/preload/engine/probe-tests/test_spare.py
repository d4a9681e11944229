"""Tests of a spare: what it is told to import, when it becomes the engine, and when it does not."""

import json
import os
import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path

from case import NAP, EngineCase
from engine_process import PROBE

MARK = "studio-spare:test:"
JOB = "await post(server, ('Nap', {}))\nawait ended(server, 'a')"
SHOW = "import json\nprint('shown', json.dumps(%s), flush=True)\n"


class Spare(EngineCase):
    def start_spare(self, scenario, modules=(), changes=None, **options):
        environment = {"STUDIO_PROBE_SOCKET": "", "STUDIO_PROBE_SPARE": MARK}
        engine = self.start(
            scenario,
            pack=NAP,
            command=[sys.executable, *options.pop("options", []), str(PROBE / "launcher.py")],
            environment={**environment, **options.pop("environment", {})},
        )
        work = {
            "folder": os.path.dirname(engine.main),
            "modules": list(modules),
            "environment": changes or {},
        }
        self.send(engine, work)
        return engine

    def libraries(self, files, scenario, modules, **options):
        """A spare that finds modules of ours in a folder of its own."""
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder, True)
        for name, code in files.items():
            (folder / f"{name}.py").write_text(code)
        path = os.pathsep.join([str(PROBE), str(folder)])
        return folder, self.start_spare(scenario, modules, environment={"PYTHONPATH": path}, **options)

    def send(self, engine, words):
        engine.process.stdin.write(json.dumps(words) + "\n")
        engine.process.stdin.flush()

    def heard(self, engine):
        while True:
            line = engine.process.stdout.readline()
            self.assertNotEqual(line, "", "it has ended")
            if line.startswith(MARK):
                word = json.loads(line[len(MARK) :])
                if word["state"] == "loaded":
                    self.assertGreater(word.pop("resident"), 1 << 20)
                return word

    def order(self, engine, *args, **environment):
        mine = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONDONTWRITEBYTECODE": "1",
            "STUDIO_PROBE_SOCKET": engine.runner.path,
            "STUDIO_PROBE_TOKEN": "token",
            **environment,
        }
        script = [engine.main, *args]
        self.send(engine, {"command": [sys.executable, *script], "script": script, "environment": mine})
        code = engine.finish()
        self.assertEqual(code, 0, engine.stderr)
        self.assertNotIn("studio-probe", engine.stderr)
        return engine

    def shown(self, engine):
        (line,) = [line for line in engine.stdout.split("\n") if line.startswith("shown ")]
        return json.loads(line[6:])

    def test_it_becomes_the_engine_with_what_it_has_imported(self):
        engine = self.start_spare(
            SHOW % "['wave' in sys.modules, sys.argv[1:], os.environ.get('A'), os.environ.get('B'), sys.stdin.read()]"
            + JOB,
            modules=["wave", "no.such.module"],
            changes={"A": "of the last one", "PATH": None},
        )
        self.assertEqual(self.heard(engine), {"state": "loaded", "modules": 1})
        self.assertEqual(engine.runner.events, [])
        self.order(engine, "--port", "1", B="ordered")
        self.assertEqual(self.shown(engine), [True, ["--port", "1"], None, "ordered", ""])
        (hello,) = engine.runner.of("hello")
        self.assertEqual((hello["pid"], hello["again"]), (engine.process.pid, False))
        self.assertEqual(len(engine.runner.of("ended")), 1)
        self.assertEqual(len(engine.runner.of("ready")), 1)

    def test_its_main_is_as_python_itself_would_run_it(self):
        show = SHOW % "[sys.path, sys.argv, vars(sys.modules['__main__'])['__file__']]" + JOB
        for options in ([], ["-E"]):
            cold = self.start(show, pack=NAP, command=[sys.executable, *options])
            cold.finish()
            engine = self.start_spare(show, options=options)
            self.heard(engine)
            self.order(engine)
            place, other = str(cold.folder), str(engine.folder)
            told = [line for line in cold.stdout.split("\n") if line.startswith("shown ")][0][6:]
            self.assertEqual(self.shown(engine), json.loads(told.replace(place, other)))

    def test_it_ends_with_its_runner(self):
        engine = self.start_spare(JOB)
        self.heard(engine)
        engine.process.stdin.close()
        self.assertEqual(engine.process.wait(30), 0)
        self.assertEqual(engine.runner.events, [])

    def test_it_ends_with_its_runner_also_while_it_imports(self):
        slow = {f"slow_{at}": "import time; time.sleep(0.2)" for at in range(300)}
        _, engine = self.libraries(slow, JOB, list(slow))
        engine.process.stdin.close()
        self.assertEqual(engine.process.wait(30), 0)

    def test_an_order_ends_its_importing(self):
        slow = {f"slow_{at}": "import time; time.sleep(0.2)" for at in range(300)}
        _, engine = self.libraries(slow, SHOW % "'slow_299' in sys.modules" + JOB, list(slow))
        time.sleep(0.5)
        self.order(engine)
        self.assertIs(self.shown(engine), False)
        self.assertEqual(len(engine.runner.of("ended")), 1)

    def test_what_fails_or_exits_when_it_is_imported_is_left_out(self):
        files = {"exits": "import sys; sys.exit(3)", "fails": "1 / 0", "works": ""}
        _, engine = self.libraries(files, JOB, list(files))
        self.assertEqual(self.heard(engine), {"state": "loaded", "modules": 1})
        self.order(engine)

    def test_it_starts_afresh_where_a_file_has_changed_since(self):
        folder, engine = self.libraries({"library": "VALUE = 1"}, "", ["library"])
        (Path(engine.main).parent / "scenario.py").write_text(
            "import json, os, library\n"
            "async def run(server):\n"
            "    print('shown', json.dumps([library.VALUE, os.getpid()]))"
        )
        self.heard(engine)
        (folder / "library.py").write_text("VALUE = 'another'")
        self.order(engine, PYTHONPATH=os.pathsep.join([str(PROBE), str(folder)]))
        self.assertEqual(self.shown(engine), ["another", engine.process.pid])
        (hello,) = engine.runner.of("hello")
        self.assertEqual(hello["pid"], engine.process.pid)

    def test_the_engine_s_own_names_are_its_own(self):
        files = {"asks": "import nodes", "nodes": "WRONG = True"}
        _, engine = self.libraries(files, SHOW % "hasattr(sys.modules['nodes'], 'WRONG')" + JOB, ["asks"])
        self.heard(engine)
        self.order(engine)
        self.assertIs(self.shown(engine), False)

    def test_what_it_prints_before_is_no_word_of_its_own(self):
        _, engine = self.libraries({"prints": "print('x', end='', flush=True)"}, JOB, ["prints"])
        self.assertEqual(self.heard(engine)["state"], "loaded")


class Told(EngineCase):
    def test_what_a_ready_engine_has_imported_is_told_when_asked_for(self):
        pack = (
            NAP + "import wave, os\nos.environ['CHANGED'] = 'x'\nos.environ.pop('GONE')\nos.environ['PYTHONX'] = 'y'\n"
        )
        environment = {"STUDIO_PROBE_TELLS_MODULES": "true", "GONE": "1"}
        engine = self.run_engine(JOB, pack=pack, environment=environment)
        (told,) = engine.runner.of("modules")
        self.assertIn("asyncio", told["names"])
        self.assertIn("wave", told["names"])
        own = {"execution", "nodes", "server", "__main__", "studio_probe", "custom_nodes.test_pack"}
        self.assertEqual(own & set(told["names"]), set())
        self.assertFalse([name for name in told["names"] if name.startswith("studio_probe")])
        self.assertEqual(told["environment"], {"CHANGED": "x", "GONE": None})
        self.assertGreater(told["resident"], 1 << 20)

    def test_it_is_not_told_unasked(self):
        self.assertEqual(self.run_engine(JOB, pack=NAP).runner.of("modules"), [])


if __name__ == "__main__":
    unittest.main()
