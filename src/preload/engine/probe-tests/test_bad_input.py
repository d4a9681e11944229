"""Custom nodes and engines that do what none should: never a hang or a death because of us."""

import json
import socket
import threading
import time
import unittest

from case import NAP, EngineCase

TWO_JOBS = (
    "await post(server, ('Bad', {}), id='a')\nawait post(server, ('Nap', {}), id='b')\nawait ended(server, 'a', 'b')"
)


def bad(body, more=""):
    """A pack whose node `Bad` does this."""
    lines = "\n".join("        " + line for line in body.strip().split("\n"))
    node = f"class Bad:\n    def run(self, server):\n{lines}\nNODE_CLASS_MAPPINGS['Bad'] = Bad\n"
    return f"{NAP}\nimport os, sys, threading\n{more}\n{node}"


class CustomNodes(EngineCase):
    def test_one_that_replaces_excepthook_hides_no_dead_worker(self):
        engine = self.run_engine(
            "await post(server, ('Bad', {}))\nawait asyncio.sleep(2.5)",
            pack=bad("threading.excepthook = lambda args: None\nsys.exit(1)"),
        )
        (died,) = engine.runner.of("thread-died")
        self.assertEqual((died["worker"], died["error"]), (True, None))

    def test_one_that_traces_and_raises_everywhere(self):
        more = """
def trace(frame, event, argument):
    if "studio_probe" in frame.f_code.co_filename and frame.f_code.co_name != "hooked": raise RuntimeError("traced")
    return trace
"""
        engine = self.start(TWO_JOBS, pack=bad("sys.settrace(trace)", more))
        self.assertEqual(engine.finish(), 0, engine.stderr)
        self.assertIn("scenario done", engine.stdout)

    def test_one_that_traces_and_sees(self):
        engine = self.run_engine(TWO_JOBS, pack=bad("sys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)"))
        self.assertEqual([event["state"] for event in engine.runner.of("ended")], ["done", "done"])

    def test_one_that_replaces_the_environment(self):
        engine = self.run_engine(TWO_JOBS, pack=bad("os.environ.clear()\nos.environ = {}"))
        self.assertEqual([event["state"] for event in engine.runner.of("ended")], ["done", "done"])

    def test_one_that_floods_the_pipe_from_another_thread(self):
        body = """
fds = [int(fd) for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")]
import stat
pipes = [fd for fd in fds if fd > 2 and stat.S_ISSOCK(os.fstat(fd).st_mode)]
def flood():
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        for fd in pipes:
            try: os.write(fd, b"garbage\\n" * 1000)
            except OSError: pass
        server.send_sync("progress", {"value": 1, "max": 1, "node": "x" * 100000}, None)
thread = threading.Thread(target=flood); thread.start(); thread.join()
"""
        engine = self.run_engine(TWO_JOBS + "\nawait asyncio.sleep(3)", pack=bad(body))
        self.assertGreater(len(engine.runner.garbage), 1000)
        self.assertIn("b", [event["id"] for event in engine.runner.of("started")])

    def test_one_that_ends_the_process_inside_a_hook(self):
        more = """
import execution
def get_node(self, node_id):
    os._exit(7)
execution.DynamicPrompt.get_node = get_node
"""
        engine = self.start("await post(server, ('Bad', {}))\nawait asyncio.sleep(60)", pack=bad("pass", more))
        self.assertEqual(engine.finish(), 7)
        self.assert_told(engine, "queued", "started")

    def test_one_whose_class_has_a_name_of_a_megabyte_or_of_control_characters(self):
        engine = self.run_engine(
            """
import nodes
names = ["N" * (1 << 20), "red\\x1b[31m\\r\\n\\0", "\\ud800", "\\u2028"]
for at, name in enumerate(names):
    nodes.NODE_CLASS_MAPPINGS[name] = nodes.NODE_CLASS_MAPPINGS["Nap"]
    await post(server, (name, {}), id=name[:50] + str(at))
    await ended(server, name[:50] + str(at))
""",
            pack=NAP,
        )
        classes = [event["class"] for event in engine.runner.of("node")]
        self.assertEqual(len(classes[0]), 200)
        self.assertEqual(classes[1:], ["red\x1b[31m\r\n\0", "\ud800", "\u2028"])
        self.assertEqual(len(engine.runner.of("ended")), 4)
        told = [event for event in engine.runner.events if event["type"] != "carried"]
        self.assertLess(max(len(json.dumps(event)) for event in told), 20_000)

    def test_ones_with_prompts_of_no_known_shape(self):
        engine = self.run_engine(
            """
queue = server.prompt_queue
queue.put((0, "a", {"1": None}, None, [], {}))
queue.put((1, 7, {"1": {"class_type": ["x"], "inputs": {}}}, {"extra_pnginfo": {"workflow": None}}, ["1"]))
queue.put((2, "c", {}, {"studio_monitor": {"resubmitted": "x"}, "extra_pnginfo": object()}, ["9"], {}))
queue.put((3, "nap", {"1": {"class_type": "Nap", "inputs": {}}}, {}, ["1"], {}))
await asyncio.sleep(0.5)
""",
            pack=NAP,
        )
        # The engine's own worker does not outlive the first one; what is told of it is what happened.
        self.assertEqual([event["id"] for event in engine.runner.of("started")], ["a"])
        self.assertEqual(len(engine.runner.of("queued")), 4)
        self.assertEqual([event["what"] for event in engine.runner.of("trouble")], ["the hook on execution.execute"])


class Engines(EngineCase):
    def test_one_whose_functions_take_other_arguments(self):
        engine = self.run_engine(
            "await post(server, ('Nap', {}))\nawait ended(server, 'a')",
            pack=NAP,
            environment={"FAKE_VARIANT": "arguments"},
        )
        self.assert_told(engine, "queued", "started", "node", "node-end", "ended")
        self.assertEqual(engine.runner.of("trouble"), [])
        self.assertEqual(engine.runner.of("node-end")[0]["cached"], False)

    def test_one_whose_functions_are_not_there(self):
        engine = self.run_engine(
            "await post(server, ('Nap', {}))\nawait ended(server, 'a')",
            pack=NAP,
            environment={"FAKE_VARIANT": "missing"},
        )
        (hooks,) = [event for event in engine.runner.of("hooks") if event["module"] == "execution"]
        self.assertEqual(hooks["missing"], ["PromptQueue.wipe_queue", "execution.validate_prompt"])
        self.assert_told(engine, "queued", "started", "node", "node-end", "ended")


class Runners(EngineCase):
    def test_one_that_does_not_read_keeps_nobody_waiting_and_hears_how_much_it_missed(self):
        scenario = """
big = {"text": "x" * 40_000}
for at in range(600):
    await post(server, ("Nap", {}), id=str(at), extra_data=big)
while server.prompt_queue.queue or server.prompt_queue.currently_running: await asyncio.sleep(0.01)
print("took them", flush=True)
"""
        after = """
sys.stdin.readline()
await post(server, ("Nap", {}), id="last")
await ended(server, "last")
await asyncio.sleep(0.5)
"""

        engine = self.start(scenario + after, pack=NAP, reads=False)
        # An engine that waits for its runner waits for ever.
        hanging = threading.Timer(90, engine.process.kill)
        hanging.start()
        self.assertTrue(engine.process.stdout.readline().startswith("took"))
        hanging.cancel()
        engine.runner.reading.set()
        engine.wait_for(lambda: engine.runner.of("dropped"))
        engine.process.stdin.write("\n")
        engine.process.stdin.flush()
        self.assertEqual(engine.finish(), 0)
        missed = sum(event["count"] for event in engine.runner.of("dropped"))
        self.assertGreater(missed, 200)
        self.assertIn("last", [event["id"] for event in engine.runner.of("ended")])

    def test_one_that_goes_away(self):
        scenario = """
await post(server, ("Nap", {}), id="a")
await ended(server, "a")
print("first", flush=True)
await asyncio.sleep(1.5)
await post(server, ("Nap", {}), id="b")
await ended(server, "b")
"""
        engine = self.start(scenario, pack=NAP)
        engine.process.stdout.readline()
        time.sleep(0.1)
        engine.runner.close()
        engine.runner._last.shutdown(socket.SHUT_RDWR)
        engine.runner._last.close()
        self.assertEqual(engine.finish(), 0)
        self.assertIn("scenario done", engine.stdout)
        self.assertEqual(engine.stderr, "")


if __name__ == "__main__":
    unittest.main()
