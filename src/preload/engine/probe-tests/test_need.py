"""The needs of jobs: kinds, sizes, and files of models."""

import unittest

from case import NAP, EngineCase

PACK = (
    NAP
    + """
class Any:
    def run(self, server, **inputs):
        pass
NODE_CLASS_MAPPINGS.update(Latent=Any, Sampler=Any, ModelLoader=Any, Int=Any)
import os, sys, types
HERE = os.path.dirname(os.path.abspath(__file__))
folders = types.ModuleType("folder_paths")
folders.folder_names_and_paths = {"loras": (), "checkpoints": ()}
def get_full_path(kind, name):
    found = os.path.join(HERE, kind, name)
    return found if os.path.isfile(found) else None
folders.get_full_path = get_full_path
sys.modules["folder_paths"] = folders
def model(name, data):
    os.makedirs(os.path.join(HERE, "checkpoints"), exist_ok=True)
    with open(os.path.join(HERE, "checkpoints", name), "wb") as file:
        file.write(data)
folders.model = model
"""
)


class Needs(EngineCase):
    def needs_of(self, *jobs):
        """Each job is the text of its nodes."""
        lines = []
        for at, job in enumerate(jobs):
            before_job, nodes = job if isinstance(job, tuple) else ("", job)
            lines += [before_job] if before_job else []
            lines += [f"await post(server, {nodes}, id='{at}')", f"await ended(server, '{at}')"]
        engine = self.run_engine("\n".join([*lines, "await asyncio.sleep(0.1)"]), pack=PACK)
        self.assertEqual(engine.runner.of("trouble"), [])
        needs = engine.runner.of("need")
        self.assertEqual(len(needs), len(jobs))
        return needs

    def test_numbers_make_a_job_big_and_nothing_else_its_kind(self):
        latent = '("Latent", {{"width": {}, "height": 512, "batch_size": 2, "seed": {}, "text": "{}"}})'
        latent += ', ("Sampler", {{"steps": 20}})'
        one, same, wider = self.needs_of(
            latent.format(512, 1, "a cat"), latent.format(512, 2, "a dog"), latent.format(1024, 1, "a cat")
        )
        keys = ("family", "sizes", "pixels", "width", "height", "batch", "frames", "steps")
        self.assertEqual({key: one[key] for key in keys}, {key: same[key] for key in keys})
        self.assertEqual(one["pixels"], 512 * 512 * 2)
        self.assertEqual([one[key] for key in keys[3:]], [512, 512, 2, None, 20])
        self.assertEqual(wider["family"], one["family"])
        self.assertNotEqual(wider["sizes"], one["sizes"])
        self.assertEqual(wider["pixels"], 2 * one["pixels"])
        self.assertNotIn("cat", str(one))
        self.assertIsNone(one["device"])

    def test_a_number_that_another_node_gives_is_found(self):
        (need,) = self.needs_of('("Int", {"value": 768}), ("Latent", {"width": ["1", 0], "height": 512})')
        self.assertEqual((need["width"], need["pixels"]), (768, 768 * 512))

    def test_sizes_that_are_none(self):
        strange = [
            '"many"',
            "-512",
            "0",
            "True",
            "None",
            "1e300",
            "float('nan')",
            "[]",
            '["9", 0]',
            "{}",
            "10**30",
            '"-5"',
        ]
        needs = self.needs_of(*[f'("Latent", {{"width": {each}, "height": 512}})' for each in strange])
        self.assertEqual([(need["width"], need["pixels"]) for need in needs], [(None, None)] * len(strange))
        (text,) = self.needs_of('("Latent", {"width": "640", "height": 512.0})')
        self.assertEqual(text["pixels"], 640 * 512)

    def test_a_loop_of_links_ends(self):
        (need,) = self.needs_of('("Int", {"value": ["1", 0]}), ("Latent", {"width": ["1", 0], "height": 8})')
        self.assertIsNone(need["width"])

    def test_a_model_counts_by_what_is_in_its_file(self):
        job = '("ModelLoader", {{"ckpt_name": "{}"}})'
        model = 'sys.modules["folder_paths"].model'
        write = "{}('{}', b'{}' * 100_000)"
        one, copy, other, missing, changed = self.needs_of(
            (write.format(model, "one.safetensors", "a"), job.format("one.safetensors")),
            (write.format(model, "copy.safetensors", "a"), job.format("copy.safetensors")),
            (write.format(model, "other.safetensors", "b"), job.format("other.safetensors")),
            job.format("missing.safetensors"),
            (write.format(model, "one.safetensors", "c"), job.format("one.safetensors")),
        )
        self.assertEqual(one["family"], copy["family"])
        self.assertEqual(len({each["family"] for each in (one, other, missing, changed)}), 4)
        self.assertNotIn("safetensors", str(one))

    def test_ten_thousand_nodes_are_described(self):
        (need,) = self.needs_of('*[("Latent", {"width": 8, "height": 8})] * 10_000')
        # The first 2,000 have their numbers looked at.
        self.assertEqual(need["pixels"], 64 * 2_000)


if __name__ == "__main__":
    unittest.main()
