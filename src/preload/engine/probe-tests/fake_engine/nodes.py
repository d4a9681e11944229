"""The classes that a prompt may name; a test adds its own, as a pack of custom nodes does."""

import importlib.util
import os

NODE_CLASS_MAPPINGS = {}


async def load_custom_node(module_path, ignore=frozenset(), module_parent="custom_nodes"):
    spec = importlib.util.spec_from_file_location(
        module_path.replace(".", "_x_"), os.path.join(module_path, "__init__.py")
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, node_class in module.NODE_CLASS_MAPPINGS.items():
        NODE_CLASS_MAPPINGS[name] = node_class
        node_class.RELATIVE_PYTHON_MODULE = f"{module_parent}.{os.path.basename(module_path)}"
    return True
