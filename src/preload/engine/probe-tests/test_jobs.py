"""Jobs and nodes as they happen."""

import json
import unittest

from case import NAP, EngineCase

FAILING = (
    NAP
    + """
import execution
class Fail:
    def run(self, server):
        raise RuntimeError("this node fails")
class Interrupt:
    def run(self, server):
        raise execution.InterruptProcessingException()
class Later:
    async def run(self, server):
        import asyncio
        await asyncio.sleep(0.05)
NODE_CLASS_MAPPINGS.update(Fail=Fail, Interrupt=Interrupt, Later=Later, ALoader=Nap)
"""
)


class Jobs(EngineCase):
    def test_a_job_is_told_from_the_queue_to_its_end(self):
        engine = self.run_engine(
            """
await post(server, ("ALoader", {}), ("Nap", {"seconds": 0.05}), ("Later", {}), client_id="c", extra_data={"a": 1})
await ended(server, "a")
await asyncio.sleep(0.1)
""",
            pack=FAILING,
        )
        told = ["queued", "started", "node", "node-end", "node", "node-end", "node", "node-end", "ended"]
        self.assert_told(engine, *told)
        (queued,) = engine.runner.of("queued")
        self.assertEqual(
            {
                key: queued[key]
                for key in ("job", "id", "number", "output", "loaders", "nodes", "client", "resubmitted")
            },
            {
                "job": 1,
                "id": "a",
                "number": 0,
                "output": "ALoader",
                "loaders": ["ALoader"],
                "nodes": 3,
                "client": True,
                "resubmitted": 0,
            },
        )
        nodes, ends = engine.runner.of("node"), engine.runner.of("node-end")
        self.assertEqual([node["class"] for node in nodes], ["ALoader", "Nap", "Later"])
        self.assertEqual({node["pack"] for node in nodes}, {"test_pack"})
        self.assertGreaterEqual(ends[1]["ms"], 50)
        self.assertAlmostEqual(ends[1]["at"] - nodes[1]["at"], ends[1]["ms"], delta=20)
        self.assertEqual([end["pending"] for end in ends], [0, 0, 1])
        self.assertGreaterEqual(ends[2]["ms"], 50)
        (ended,) = engine.runner.of("ended")
        self.assertEqual((ended["state"], ended["error"]), ("done", None))

    def test_what_was_run_before_is_cached(self):
        engine = self.run_engine(
            """
await post(server, ("Nap", {}), id="a")
await post(server, ("Nap", {}), id="b")
await ended(server, "a", "b")
""",
            pack=NAP,
        )
        self.assertEqual([end["cached"] for end in engine.runner.of("node-end")], [False, True])

    def test_an_error_is_told_without_the_inputs_that_it_came_from(self):
        engine = self.run_engine(
            """
await post(server, ("Nap", {}), ("Fail", {}), id="failed")
await post(server, ("Nap", {}), ("Nap", {}), ("Interrupt", {}), id="stopped")
await ended(server, "failed", "stopped")
await post(server, ("Nap", {"text": "secret input"}), ("Nope", {"text": "secret input"}), id="refused")
""",
            pack=FAILING,
        )
        failed, stopped = engine.runner.of("ended")
        self.assertEqual(failed["state"], "failed")
        self.assertEqual(
            failed["error"],
            {
                "name": "RuntimeError",
                "message": "this node fails",
                "stack": '  File "/e/custom_nodes/a/b.py", line 7, in this node fails\n',
                "node": {"id": "2", "class": "Fail"},
                "frame": {"function": "this node fails", "file": "/e/custom_nodes/a/b.py", "line": 7, "pack": "a"},
            },
        )
        self.assertEqual((stopped["state"], stopped["error"]), ("interrupted", None))
        states = [end["state"] for end in engine.runner.of("node-end")]
        self.assertEqual(states, ["done", "failed", "done", "done", "interrupted"])
        (rejected,) = engine.runner.of("rejected")
        self.assertEqual(
            {key: rejected[key] for key in ("id", "error", "message", "nodes")},
            {
                "id": "refused",
                "error": "prompt_outputs_failed_validation",
                "message": "Prompt failed",
                "nodes": [{"id": "2", "class": "Nope", "errors": ["no_such_class"]}],
            },
        )
        self.assertEqual(len(engine.runner.of("queued")), 2)
        told = [event for event in engine.runner.events if event["type"] != "carried"]
        self.assertNotIn("secret", json.dumps(told))

    def test_jobs_that_leave_the_queue_are_told_once_with_the_reason(self):
        engine = self.run_engine(
            """
await post(server, ("Nap", {"seconds": 0.5}), id="running")
while not server.prompt_queue.currently_running: await asyncio.sleep(0.01)
for id in "abc":
    await post(server, ("Nap", {}), id=id)
queue = server.prompt_queue
assert queue.delete_queue_item(lambda item: item[1] == "b")
assert not queue.delete_queue_item(lambda item: item[1] == "b")
queue.wipe_queue()
await post(server, ("Nap", {}), id="only")
assert queue.delete_queue_item(lambda item: item[1] == "only")
await ended(server, "running")
""",
            pack=NAP,
        )
        removed = {event["id"]: event["how"] for event in engine.runner.of("removed")}
        self.assertEqual(removed, {"a": "wiped", "b": "cancelled", "c": "wiped", "only": "cancelled"})
        self.assertEqual(len(engine.runner.of("removed")), 4)
        self.assertEqual([event["id"] for event in engine.runner.of("started")], ["running"])

    def test_a_burst_is_told_to_the_last_job_also_where_ids_come_twice(self):
        engine = self.run_engine(
            """
for at in range(500):
    await post(server, ("Nap", {}), ("Fail", {}), id=f"id-{at % 250}", client_id="c")
while len(server.prompt_queue.queue) or server.prompt_queue.currently_running: await asyncio.sleep(0.01)
""",
            pack=FAILING,
        )
        for kind in ("queued", "started", "ended"):
            self.assertEqual([event["job"] for event in engine.runner.of(kind)], list(range(1, 501)), kind)

    def test_what_a_job_carries_brings_it_back_with_its_keys_and_its_place(self):
        engine = self.run_engine(
            """
await post(server, ("Nap", {"seconds": 0.3}), id="first")
extra = {"api_key": "key", "extra_pnginfo": {"workflow": {"name": "Portrait"}}, "studio_monitor": {"resubmitted": 2}}
inputs = {"nan": float("nan"), "text": "\\ud800"}
await post(server, ("Nap", inputs), id="again", number=7, client_id="c", extra_data=extra)
assert server.number == 8, server.number
await ended(server, "first", "again")
""",
            pack=NAP.replace("seconds=0.0", "seconds=0.0, **more"),
        )
        queued = engine.runner.of("queued")[1]
        self.assertEqual((queued["workflow"], queued["resubmitted"], queued["number"]), ("Portrait", 2, 7))
        carried = engine.runner.of("carried")[1]
        body = json.loads(carried["body"])
        self.assertIsNone(carried["reason"])
        self.assertEqual((body["number"], body["prompt_id"], body["client_id"]), (7, "again", "c"))
        self.assertEqual(body["extra_data"]["api_key"], "key")
        self.assertEqual(body["partial_execution_targets"], ["1"])
        self.assertEqual(body["prompt"]["1"]["inputs"]["text"], "\ud800")

    def test_what_a_job_carries_is_not_told_where_nobody_asks(self):
        environment = {"STUDIO_PROBE_CARRIED": "false"}
        scenario = "await post(server, ('Nap', {}))\nawait ended(server, 'a')"
        engine = self.run_engine(scenario, pack=NAP, environment=environment)
        self.assertEqual(engine.runner.of("carried"), [])
        self.assertEqual(len(engine.runner.of("queued")), 1)

    def test_progress_is_told_a_few_times_a_second_and_at_its_end(self):
        pack = """
class Steps:
    def run(self, server):
        for step in range(1, 1001):
            server.send_sync("progress", {"value": step, "max": 1000, "node": "1", "prompt_id": "a"}, None)
        server.send_sync("progress", {"value": float("nan"), "max": 1, "node": "1"}, None)
        server.send_sync("progress", None, None)
NODE_CLASS_MAPPINGS["Steps"] = Steps
"""
        engine = self.run_engine("await post(server, ('Steps', {}))\nawait ended(server, 'a')", pack=pack)
        progress = engine.runner.of("progress")
        self.assertEqual((progress[-1]["value"], progress[-1]["max"], progress[-1]["node"]), (1000, 1000, "1"))
        self.assertLess(len(progress), 30)
        (trouble,) = engine.runner.of("trouble")
        self.assertEqual(trouble["what"], "the hook on PromptServer.send_sync")


if __name__ == "__main__":
    unittest.main()
