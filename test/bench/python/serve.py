"""Answers requests in lines of JSON on standard input until it ends, as harness/serve.mjs does."""

import json
import sys
import time
import traceback

FIRST_COUNT = 64


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
        self.rates = {}

    def count(self, kind, ms):
        return max(FIRST_COUNT, round(self.rates.get(kind, 0) * ms * 1e6))

    def learn(self, kind, count, nanoseconds):
        self.rates[kind] = count / max(nanoseconds, 1)
