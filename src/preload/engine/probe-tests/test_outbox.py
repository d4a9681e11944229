"""Tests of what waits, what is dropped, and what is told of it."""

import json
import sys
import unittest

from engine_process import PROBE

sys.path.insert(0, str(PROBE))

from studio_probe.outbox import Outbox  # noqa: E402


class Socket:
    """Takes so many bytes, and no more until there is room again."""

    def __init__(self, room):
        self.room = room
        self.taken = b""

    def offer(self, data):
        taken = bytes(data[: self.room])
        self.room -= len(taken)
        self.taken += taken
        return len(taken)

    def close(self):
        self.room = 0

    def messages(self):
        return [json.loads(line) for line in self.taken.splitlines()]


class Outboxes(unittest.TestCase):
    def test_messages_arrive_whole_and_in_order_through_the_smallest_hole(self):
        socket = Socket(0)
        outbox = Outbox(socket, clock=lambda: 1.5)
        for number in range(20):
            outbox.say("beat", number=number, text="x" * 5_000)
        for _ in range(200_000):
            if socket.taken.count(b"\n") == 20:
                break
            socket.room += 7
            outbox.flush()
        self.assertEqual([message["number"] for message in socket.messages()], list(range(20)))
        self.assertEqual(socket.messages()[0]["at"], 1_500)

    def test_what_does_not_fit_is_counted_and_told_when_there_is_room_again(self):
        socket = Socket(10)
        outbox = Outbox(socket, limit=300, clock=lambda: 0)
        for number in range(20):
            outbox.say("beat", number=number)
        socket.room = 1 << 20
        outbox.flush()
        messages = socket.messages()
        kept = [message for message in messages if message["type"] == "beat"]
        self.assertEqual([message["number"] for message in kept], list(range(len(kept))))
        self.assertEqual(messages[-1], {"type": "dropped", "at": 0, "count": 20 - len(kept)})
        self.assertGreater(messages[-1]["count"], 5)

    def test_one_of_any_size_goes_where_nothing_waits(self):
        socket = Socket(1 << 20)
        Outbox(socket, limit=100).say("carried", body="x" * 10_000)
        self.assertEqual(len(socket.messages()[0]["body"]), 10_000)

    def test_a_field_may_have_any_name_and_a_value_that_is_no_json_is_described(self):
        socket = Socket(1 << 20)
        Outbox(socket).say("queued", kind="k", at_all=object, name="n")
        self.assertEqual(socket.messages()[0]["kind"], "k")

    def test_after_the_end_nothing_is_said_and_nothing_fails(self):
        socket = Socket(1 << 20)
        outbox = Outbox(socket)
        outbox.close()
        outbox.say("beat")
        self.assertEqual(socket.taken, b"")

    def test_a_runner_that_has_gone_leaves_nothing_to_wait(self):
        class Gone(Socket):
            def offer(self, data):
                raise BrokenPipeError

        outbox = Outbox(Gone(0))
        for _ in range(10):
            outbox.say("beat")
            outbox.leave(b"{}\n")
        self.assertEqual((len(outbox._backlog), outbox._backlog_bytes), (0, 0))

    def test_what_was_left_for_the_next_message_comes_before_it(self):
        socket = Socket(1 << 20)
        outbox = Outbox(socket)
        outbox.leave(b'{"type":"node-end"}\n')
        self.assertEqual(socket.taken, b"")
        outbox.say("ended")
        self.assertEqual([message["type"] for message in socket.messages()], ["node-end", "ended"])


if __name__ == "__main__":
    unittest.main()
