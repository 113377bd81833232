"""Several processes want the same lock all the time. Samples as in contenders/sync/sync-fairness.mjs."""

import multiprocessing
import os
import time

from lock_contended import START_MARGIN_NS
from serve import serve, spin_until

HELD_NS = 5_000
AWAY_NS = 5_000


def compete(lock, last, stretch):
    start, end = stretch
    now = time.monotonic_ns
    me = os.getpid()
    samples = []
    run = longest_run = 0
    spin_until(start)
    while True:
        before = now()
        if before >= end:
            return samples, longest_run
        lock.acquire()
        taken = now()
        run = run + 1 if last.value == me else 1
        last.value = me
        longest_run = max(longest_run, run)
        spin_until(taken + HELD_NS)
        lock.release()
        samples.append(round((taken - before) / 1000, 1))
        spin_until(now() + AWAY_NS)


def other_side(lock, last, connection):
    try:
        while True:
            connection.send(compete(lock, last, connection.recv()))
    except EOFError:
        pass


def main():
    lock = multiprocessing.Lock()
    last = multiprocessing.RawValue('i', 0)
    others = []

    def measure(request):
        while len(others) < request['sides'] - 1:
            mine, theirs = multiprocessing.Pipe()
            multiprocessing.Process(target=other_side, args=(lock, last, theirs), daemon=True).start()
            theirs.close()
            others.append(mine)
        start = time.monotonic_ns() + START_MARGIN_NS
        stretch = (start, start + request['ms'] * 1_000_000)
        for other in others:
            other.send(stretch)
        outcomes = [compete(lock, last, stretch), *(other.recv() for other in others)]
        counts = [len(samples) for samples, _ in outcomes]
        return {
            'samples': [sample for samples, _ in outcomes for sample in samples],
            'extra': {
                'longestRun': max(run for _, run in outcomes),
                'smallestShare': min(counts) / sum(counts) * 100,
            },
        }

    serve(measure)


if __name__ == '__main__':
    main()
