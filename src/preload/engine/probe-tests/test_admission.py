"""Jobs that are held back until the runner says that they may begin."""

from case import NAP, EngineCase

HOLDS = {"STUDIO_PROBE_HOLDS": "true"}
ONE = "await post(server, ('Nap', {}), id='a')\nawait ended(server, 'a')\n"
LAST = "await asyncio.sleep(0.1)"


class Admission(EngineCase):
    def answers(self, *verdicts):
        """Each question in turn gets one of them, the last one for all that follow."""
        given = list(verdicts)
        return lambda asks: given.pop(0) if len(given) > 1 else given[0]

    @staticmethod
    def patience(seconds):
        return NAP + f"import sys\nsys.modules['studio_probe.admission'].ANSWER = {seconds}\n"

    def run_held(self, scenario, *verdicts, **options):
        options = {"pack": NAP, "environment": HOLDS, "answer": self.answers(*verdicts), **options}
        engine = self.run_engine(scenario + LAST, **options)
        self.assertEqual(engine.runner.of("trouble"), [])
        return engine

    def test_a_job_begins_once_it_is_answered(self):
        engine = self.run_held(ONE, "run")
        self.assert_told(engine, "queued", "asks", "started", "ended")
        asks = engine.runner.of("asks")[0]
        self.assertEqual((asks["job"], asks["id"], asks["freed"], asks["uploads"]), (1, "a", False, 0))
        self.assertGreater(asks["resident"], 0)
        self.assertEqual(engine.runner.bells, 1)

    def test_a_worker_that_asks_in_vain_gets_nothing_and_the_next_job_is_held_all_the_same(self):
        later = "await asyncio.sleep(0.5)\n" + ONE
        engine = self.run_held(later, "wait", "run", environment={**HOLDS, "FAKE_TIMEOUT": "0.1"})
        self.assert_told(engine, "queued", "asks", "asks", "started", "ended")

    def test_nobody_is_asked_unless_it_is_wanted(self):
        engine = self.run_engine(ONE + LAST, pack=NAP)
        self.assertEqual(engine.runner.of("asks"), [])
        self.assert_told(engine, "queued", "started", "ended")

    def test_the_engine_frees_as_it_does_when_its_api_is_asked(self):
        engine = self.run_held(ONE, "free", "run")
        self.assertIn("freed free_memory unload_models", engine.stdout)
        self.assertEqual([asks["freed"] for asks in engine.runner.of("asks")], [False, True])
        self.assert_told(engine, "asks", "asks", "started", "ended")

    def test_what_the_job_before_left_is_told_before_anything_is_freed(self):
        two = ONE + ONE.replace("'a'", "'b'")
        engine = self.run_held(two, "run", "free", "run", environment={**HOLDS, "FAKE_TIMEOUT": "5"})
        self.assert_told(engine, "asks", "started", "ended", "left", "asks", "asks", "started", "ended")

    def test_a_job_that_waits_keeps_its_place_and_can_be_cancelled(self):
        scenario = """
for id in ("a", "b", "c"):
    await post(server, ("Nap", {}), id=id)
await asyncio.sleep(0.3)
assert [item[1] for item in server.prompt_queue.queue] == ["a", "b", "c"], server.prompt_queue.queue
server.prompt_queue.delete_queue_item(lambda item: item[1] == "a")
await ended(server, "b", "c")
"""
        engine = self.run_held(scenario, None, answer=lambda asks: "wait" if asks["id"] == "a" else "run")
        self.assertEqual([event["id"] for event in engine.runner.of("started")], ["b", "c"])
        self.assertEqual([event["id"] for event in engine.runner.of("removed")], ["a"])

    def test_a_job_that_gets_before_the_held_one_is_asked_for_itself(self):
        scenario = """
await post(server, ("Nap", {}), id="a")
await asyncio.sleep(0.3)
await post(server, ("Nap", {}), id="b", number=-1)
await ended(server, "a", "b")
"""
        seen = []

        def answer(asks):
            seen.append(asks["id"])
            return "run" if "b" in seen else "wait"

        engine = self.run_held(scenario, None, answer=answer)
        self.assertEqual([event["id"] for event in engine.runner.of("started")], ["b", "a"])

    def test_who_is_silent_holds_one_job_for_a_while_and_no_other(self):
        two = ONE + ONE.replace("'a'", "'b'")
        engine = self.run_held(two, None, pack=self.patience(3))
        queued, asks, started = (engine.runner.of(kind) for kind in ("queued", "asks", "started"))
        self.assertEqual(len(asks), 2)
        self.assertGreater(started[0]["at"] - queued[0]["at"], 2_900)
        # It did not have the time of the first.
        self.assertLess(started[1]["at"] - queued[1]["at"], 2_900)

    def test_a_runner_that_dies_lets_the_held_job_go(self):
        engine = self.start(
            ONE + LAST,
            pack=self.patience(300),
            environment=HOLDS,
            answer=lambda asks: engine.runner.admission.shutdown(2),
        )
        self.assertEqual(engine.finish(), 0, engine.stderr)
        self.assert_told(engine, "asks", "started", "ended")

    def test_nonsense_for_an_answer_holds_no_job(self):
        engine = self.run_held(ONE, {"what": ["is", "this"]})
        self.assert_told(engine, "asks", "started", "ended")

    def test_an_end_that_is_announced_and_does_not_come_holds_no_job_for_ever(self):
        pack = NAP + "import sys\nsys.modules['studio_probe.admission'].LEAVES_WITHIN = 0.5\n"
        engine = self.run_held(ONE, "leave", pack=pack)
        self.assert_told(engine, "asks", "leaving", "started", "ended")

    def test_an_engine_that_does_nothing_may_be_ended_and_one_that_does_may_not(self):
        pack = NAP + "import sys\nsys.modules['studio_probe.admission'].LEAVES_WITHIN = 0.3\n"
        engine = self.start(
            "await post(server, ('Nap', {'seconds': 1.0}), id='a')\nawait ended(server, 'a')\nawait asyncio.sleep(3)",
            pack=pack,
            environment=HOLDS,
        )
        word = b'{"ask":0,"verdict":"leave"}\n'
        engine.wait_for(lambda: engine.runner.of("started"))
        engine.runner.admission.sendall(word)
        engine.wait_for(lambda: engine.runner.of("ended"))
        self.assertEqual(engine.runner.of("leaving"), [])
        engine.runner.admission.sendall(word)
        engine.wait_for(lambda: engine.runner.of("leaving"))
        self.assertEqual(engine.finish(), 0, engine.stderr)

    def test_no_upload_is_cut_off_by_the_end(self):
        scenario = """
import types
assert len(server.app.middlewares) == 1
middleware = server.app.middlewares[0]
assert middleware.__middleware_version__ == 1
done = []
async def upload(request):
    await asyncio.sleep(request.seconds)
    done.append(request.seconds)
def request(method, seconds):
    return asyncio.ensure_future(middleware(types.SimpleNamespace(method=method, seconds=seconds), upload))
first = request("POST", 0.8)
await asyncio.sleep(0.1)
await post(server, ("Nap", {}), id="a")
while not server.prompt_queue.queue:
    await asyncio.sleep(0.01)
await first
# Now it is about to end: nothing new is begun, and what is only read is.
await asyncio.sleep(0.8)
late, read = request("PUT", 0.01), request("GET", 0.02)
await asyncio.sleep(0.2)
assert done == [0.8, 0.02], done
await ended(server, "a")
await late
"""
        pack = NAP + "import sys\nsys.modules['studio_probe.admission'].LEAVES_WITHIN = 2\n"
        engine = self.run_held(scenario, "leave", pack=pack)
        self.assertEqual(len(engine.runner.of("leaving")), 1)
        self.assertEqual(engine.runner.of("asks")[0]["uploads"], 1)
