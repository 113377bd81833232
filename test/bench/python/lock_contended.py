"""Two processes want the same lock. Outcomes as in harness/contend.mjs."""

import multiprocessing
import os
import time

from serve import serve, spin_until

START_MARGIN_NS = 20_000_000


def contend(lock, last, stretch):
    start, end, watched = stretch
    acquire, release = lock.acquire, lock.release
    me = os.getpid()
    pairs = run = longest_run = 0
    spin_until(start)
    while True:
        if watched:
            for _ in range(64):
                acquire()
                run = run + 1 if last.value == me else 1
                last.value = me
                release()
                if run > longest_run:
                    longest_run = run
        else:
            for _ in range(64):
                acquire()
                release()
        pairs += 64
        after = time.monotonic_ns()
        if after >= end:
            return pairs, after - start, longest_run


def other_side(lock, last, connection):
    try:
        while True:
            connection.send(contend(lock, last, connection.recv()))
    except EOFError:
        pass


def main():
    lock = multiprocessing.Lock()
    last = multiprocessing.RawValue('i', 0)
    mine, theirs = multiprocessing.Pipe()
    other = multiprocessing.Process(target=other_side, args=(lock, last, theirs), daemon=True)
    other.start()
    theirs.close()

    def measure(request):
        start = time.monotonic_ns() + START_MARGIN_NS
        stretch = (start, start + request['ms'] * 1_000_000, request['watched'])
        mine.send(stretch)
        outcomes = [contend(lock, last, stretch), mine.recv()]
        pairs = [outcome[0] for outcome in outcomes]
        return {
            'samples': [sum(count / nanoseconds * 1e9 for count, nanoseconds, _ in outcomes)],
            'extra': {
                'longestRun': max(outcome[2] for outcome in outcomes),
                'largerShare': max(pairs) / sum(pairs) * 100,
            },
        }

    serve(measure)


if __name__ == '__main__':
    main()
