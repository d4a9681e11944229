"""Starts as the engine does: nodes, a loop in this thread, a worker in another; then does what scenario.py says."""

import asyncio
import os
import sys
import threading

import execution
import nodes
import server

HERE = os.path.dirname(os.path.abspath(__file__))


def prompt_worker(queue, prompt_server):
    executor = execution.PromptExecutor(prompt_server)
    while True:
        found = queue.get(timeout=float(os.environ.get("FAKE_TIMEOUT", "1000")))
        if found is None:
            if queue.flags:
                print("freed", *sorted(queue.flags), flush=True)
                queue.flags = {}
            continue
        item, item_id = found
        executor.execute(item[2], item[1])
        status = execution.PromptQueue.ExecutionStatus(
            status_str="success" if executor.success else "error",
            completed=executor.success,
            messages=executor.status_messages,
        )
        queue.task_done(item_id, {}, status=status)


async def run(loop):
    prompt_server = server.PromptServer(loop)
    packs = os.path.join(HERE, "custom_nodes")
    for pack in sorted(os.listdir(packs)):
        await nodes.load_custom_node(os.path.join(packs, pack), frozenset(), module_parent="custom_nodes")
    worker = threading.Thread(target=prompt_worker, daemon=True, args=(prompt_server.prompt_queue, prompt_server))
    worker.start()
    import scenario

    await scenario.run(prompt_server)


if __name__ == "__main__":
    event_loop = asyncio.new_event_loop()
    event_loop.run_until_complete(run(event_loop))
    print("scenario done", *sys.argv[1:], flush=True)
