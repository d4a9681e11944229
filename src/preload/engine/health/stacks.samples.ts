/** A watchdog's dump of the published engine, its worker in a node that holds the lock; paths shortened. */
export const DUMP = `Thread 0x00007f0a11ffb6c0 (most recent call first):
  File "/data/engine-probe/studio_probe/pulse.py", line 56 in _run
  File "/usr/lib/python3.11/threading.py", line 975 in run
  File "/usr/lib/python3.11/threading.py", line 1038 in _bootstrap_inner
  File "/usr/lib/python3.11/threading.py", line 995 in _bootstrap

Thread 0x00007f0a1c9f96c0 (most recent call first):
  File "/base/custom_nodes/test_pack/__init__.py", line 84 in run
  File "/engine/execution.py", line 277 in process_inputs
  File "/engine/execution.py", line 289 in _async_map_node_over_list
  File "/engine/execution.py", line 315 in get_output_data
  File "/engine/execution.py", line 491 in execute
  File "/data/engine-probe/studio_probe/nodes.py", line 61 in hook
  File "/engine/execution.py", line 701 in execute_async
  File "/usr/lib/python3.11/asyncio/base_events.py", line 653 in run_until_complete
  File "/usr/lib/python3.11/asyncio/runners.py", line 190 in run
  File "/engine/main.py", line 203 in prompt_worker
  File "/usr/lib/python3.11/threading.py", line 975 in run

Thread 0x00007f0a3b2f7740 (most recent call first):
  File "/usr/lib/python3.11/selectors.py", line 468 in select
  File "/usr/lib/python3.11/asyncio/base_events.py", line 1884 in _run_once
  File "/usr/lib/python3.11/asyncio/base_events.py", line 607 in run_forever
  File "/engine/main.py", line 376 in <module>
`
