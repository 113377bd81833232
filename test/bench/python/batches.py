"""Measures something that takes some nanoseconds, as harness/batches.mjs does."""

import math
import time

BATCH_NS = 1_000_000


class Batches:
    def __init__(self, run):
        self.run = run
        self.batch = 1

    def measure(self, ms):
        samples = []
        end = time.monotonic_ns() + ms * 1_000_000
        begin = time.monotonic_ns()
        while begin < end:
            self.run(self.batch)
            after = time.monotonic_ns()
            samples.append((after - begin) / self.batch)
            if after - begin < BATCH_NS:
                self.batch = math.ceil(self.batch * 1.5)
            begin = time.monotonic_ns()
        return {'samples': samples}
