"""Answers requests in lines of JSON on standard input until it ends, as harness/serve.mjs does."""

import json
import sys
import time
import traceback

FIRST_COUNT = 64
GROWTH = 4


def serve(handler):
    for line in sys.stdin:
        try:
            answer = {'event': 'done', 'value': handler(json.loads(line))}
        except Exception:
            answer = {'event': 'failed', 'message': traceback.format_exc()}
        print(json.dumps(answer), flush=True)


def spin_until(moment):
    while time.monotonic_ns() < moment:
        pass


class Pace:
    """How many operations fill a stretch of time, learnt from the stretches before (see harness/pace.mjs)."""

    def __init__(self):
        self.last = {}
        self.settled = set()

    def count(self, kind, ms):
        if kind not in self.last:
            return FIRST_COUNT
        count, nanoseconds = self.last[kind]
        return max(FIRST_COUNT, min(round(count / nanoseconds * ms * 1e6), count * GROWTH))

    def learn(self, kind, ms, count, nanoseconds):
        self.last[kind] = (count, max(nanoseconds, 1))
        if nanoseconds * 2 >= ms * 1_000_000:
            self.settled.add(kind)
        return kind in self.settled
