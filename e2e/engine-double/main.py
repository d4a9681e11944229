"""A double of Studio's engine: its HTTP API, its WebSocket frames and one worker that really uses memory.

Nothing but Python's standard library. What a test does to it goes through `/double/...`.
"""

import argparse
import signal
import sys
import threading
import time

from clients import Clients
from deaths import die
from prompt_queue import PromptQueue
from server import Behaviour, EngineServer


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8188)
    parser.add_argument("--api-jobs", choices=["on", "off"], default="on", help="older engines have no /api/jobs")
    parser.add_argument("--load-seconds", type=float, default=0, help="before it listens, as while models load")
    parser.add_argument("--output", help="a folder; only to be found in the list of processes")
    parser.add_argument("--die", help="at once, in this way")
    parser.add_argument("--deaf", action="store_true", help="ignores SIGINT and SIGTERM")
    parser.add_argument("--child-mib", type=int, default=0, help="a child process that takes so much memory")
    return parser.parse_args()


def start_child(mib):
    import subprocess

    program = f"kept = bytearray(b'x') * ({mib} << 20); import time; time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", program])


def main():
    args = arguments()
    if args.die:
        die(args.die)
    if args.deaf:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if args.child_mib:
        start_child(args.child_mib)
    if args.load_seconds:
        print(f"loading models for {args.load_seconds} s", flush=True)
        time.sleep(args.load_seconds)
    clients = Clients()
    queue = PromptQueue(clients)
    server = EngineServer(args.port, queue, clients, Behaviour(has_api_jobs=args.api_jobs == "on"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"To see the GUI go to: http://127.0.0.1:{server.server_port}", flush=True)
    # In the main thread, where an uncaught exception ends the engine.
    try:
        how = queue.work()
    except KeyboardInterrupt:
        # As the engine's own `main.py` has it.
        print("\nStopped server", file=sys.stderr, flush=True)
        return
    die(how)


if __name__ == "__main__":
    main()
