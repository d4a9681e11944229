"""Who took the memory, and what it costs to import a pack."""

import sys
import unittest

from case import NAP, EngineCase

TAKING = """
import sys, time
BALLAST = bytearray(40 << 20)
kept = []
class Take:
    def run(self, server, mib=100):
        self.fill(mib)
    def fill(self, mib):
        for _ in range(mib):
            kept.append(bytearray(1 << 20))
            time.sleep(0.002)
class Flash:
    def run(self, server, mib=200):
        block = bytearray(mib << 20)
        for at in range(0, len(block), 4096): block[at] = 1
        del block
        time.sleep(0.15)
class Blink:
    def run(self, server, mib):
        len(b"x" * (mib << 20))
NODE_CLASS_MAPPINGS.update(Take=Take, Flash=Flash, Blink=Blink)
"""
MIB = 1 << 20


@unittest.skipUnless(sys.platform == "linux", "the resident set is read on Linux")
class MemoryTaken(EngineCase):
    def test_growth_is_on_the_node_the_function_and_the_line_that_took_it(self):
        engine = self.run_engine(
            "await post(server, ('Take', {'mib': 200}), ('Flash', {}))\nawait ended(server, 'a')",
            pack=TAKING,
        )
        take, flash = engine.runner.of("node-end")
        self.assertAlmostEqual(take["growth"] / MIB, 200, delta=20)
        top = take["top"][0]
        self.assertEqual((top["function"].split(".")[-1], top["pack"]), ("fill", "test_pack"))
        self.assertIn(top["line"], (10, 11, 12, 13))
        self.assertGreater(top["bytes"], 150 * MIB)
        self.assertLess(flash["growth"], 50 * MIB)
        self.assertGreater(flash["peak"] - take["peak"], 150 * MIB)
        (ended,) = engine.runner.of("ended")
        self.assertAlmostEqual(ended["growth"] / MIB, 200, delta=60)
        self.assertEqual(ended["top"][0]["node"], {"id": "1", "class": "Take", "pack": "test_pack"})
        self.assertGreater(ended["peak"], take["peak"])

    def test_a_moment_s_peak_is_seen_below_that_of_an_earlier_job(self):
        # Both are over before anybody looks.
        engine = self.run_engine(
            """
await post(server, ("Blink", {"mib": 300}), id="a")
# Its first node is in the engine's cache.
await post(server, ("Blink", {"mib": 300}), ("Blink", {"mib": 120}), id="b")
await ended(server, "a", "b")
""",
            pack=TAKING,
        )
        started, ended = engine.runner.of("started"), engine.runner.of("ended")
        for mib, start, end in zip((300, 120), started, ended):
            self.assertAlmostEqual((end["peak"] - start["resident"]) / MIB, mib, delta=15)

    def test_what_a_job_leaves_behind_is_told_before_the_next_and_after_the_engine_has_collected(self):
        engine = self.run_engine(
            """
await post(server, ("Take", {"mib": 50}), id="a")
await post(server, ("Nap", {}), id="b")
await ended(server, "a", "b")
await asyncio.sleep(0.6)
""",
            pack=TAKING + NAP,
            environment={"FAKE_TIMEOUT": "0.2"},
        )
        self.assert_told(engine, "started", "ended", "left", "started", "ended", "left")
        first, started = engine.runner.of("left")[0], engine.runner.of("started")[0]
        self.assertAlmostEqual((first["resident"] - started["resident"]) / MIB, 50, delta=20)

    def test_what_a_job_takes_is_told_while_it_runs(self):
        engine = self.run_engine(
            "await post(server, ('Take', {'mib': 200}))\nawait ended(server, 'a')",
            pack=TAKING,
        )
        told = engine.runner.of("growth")
        self.assertGreaterEqual(len(told), 3)
        last = told[-1]
        self.assertEqual((last["job"], last["id"]), (1, "a"))
        self.assertEqual(last["node"], {"id": "1", "class": "Take", "pack": "test_pack"})
        self.assertGreater(last["growth"] / MIB, 150)
        self.assertLessEqual(last["resident"], last["peak"])
        self.assertEqual(last["top"][0]["function"].split(".")[-1], "fill")
        for before, after in zip(told, told[1:]):
            self.assertGreaterEqual(abs(after["growth"] - before["growth"]), 16 * MIB)
        (ended,) = engine.runner.of("ended")
        self.assertLess(last["at"], ended["at"])

    def test_whether_the_garbage_was_collected_since_a_job_is_told(self):
        engine = self.run_engine(
            """
await post(server, ("Nap", {}), id="a")
await post(server, ("Nap", {}), id="b")
await ended(server, "a", "b")
import gc; gc.collect()
await asyncio.sleep(0.6)
""",
            pack=NAP,
            environment={"FAKE_TIMEOUT": "0.2"},
        )
        self.assertTrue(engine.runner.of("left")[-1]["collected"])

    def test_each_pack_costs_time_and_memory_to_import(self):
        engine = self.run_engine("pass", pack=TAKING + "\ntime.sleep(0.2)\n")
        (pack,) = engine.runner.of("pack")
        self.assertEqual((pack["pack"], pack["ok"]), ("test_pack", True))
        self.assertGreaterEqual(pack["ms"], 200)
        self.assertAlmostEqual(pack["bytes"] / MIB, 40, delta=15)

    def test_memory_of_the_gpu_is_told_where_torch_has_initialised_it_and_never_initialises_it(self):
        pack = """
import sys, types, time
class Cuda:
    ready = False
    def is_initialized(self): return self.ready
    def device_count(self):
        assert self.ready, "this would initialise CUDA"
        return 2
    def memory_allocated(self, device): return 100 + device
    def memory_reserved(self, device): return 200
    def max_memory_allocated(self, device): return 300
torch = sys.modules["torch"] = types.ModuleType("torch")
torch.cuda = Cuda()
class Render:
    def run(self, server):
        torch.cuda.ready = True
        time.sleep(0.02)
NODE_CLASS_MAPPINGS["Render"] = Render
"""
        engine = self.run_engine("await post(server, ('Render', {}))\nawait ended(server, 'a')", pack=pack)
        self.assertIsNone(engine.runner.of("started")[0]["gpu"])
        gpu = {"allocated": 201, "reserved": 400, "peak": 600}
        self.assertEqual(engine.runner.of("node-end")[0]["gpu"], gpu)
        self.assertEqual(engine.runner.of("ended")[0]["gpu"], gpu)

    def test_a_profile_has_the_worker_s_time_and_growth_by_stack(self):
        engine = self.run_engine(
            "await post(server, ('Take', {'mib': 300}))\nawait ended(server, 'a')\nawait asyncio.sleep(1.5)",
            pack=TAKING,
            environment={"STUDIO_PROBE_PROFILE_SECONDS": "1"},
        )
        profiles = engine.runner.of("profile")
        samples, grown, inside, ms, owners = 0, 0, 0, 0, set()
        for profile in profiles:
            self.assertIn("Thread-1", profile["thread"]["name"])
            self.assertFalse(profile["ddtrace"])
            for numbers, count, lasted, growth, owner in profile["stacks"]:
                ms += lasted
                if owner is not None:
                    owners.add(tuple(profile["owners"][owner]))
                frames = [profile["frames"][number] for number in numbers]
                samples += count
                grown += growth
                inside += count if any(function.endswith("fill") for function, _, _ in frames) else 0
                self.assertFalse([file for _, file, _ in frames if file.endswith("hook.py")])
        self.assertGreater(samples, 5)
        self.assertGreater(inside / samples, 0.7)
        self.assertAlmostEqual(grown / MIB, 300, delta=60)
        self.assertIn((1, "1"), owners)
        ended = engine.runner.of("ended")[0]
        self.assertGreater(ms / ended["ms"], 0.5)
        self.assertLess(ms / ended["ms"], 1.1)

    def test_the_last_profile_is_told_when_python_ends(self):
        engine = self.run_engine(
            "await post(server, ('Take', {'mib': 100}))\nawait ended(server, 'a')",
            pack=TAKING,
            environment={"STUDIO_PROBE_PROFILE_SECONDS": "60"},
        )
        self.assertEqual(len(engine.runner.of("profile")), 1)
        self.assertEqual(engine.runner.events[-1]["type"], "exit")


if __name__ == "__main__":
    unittest.main()
