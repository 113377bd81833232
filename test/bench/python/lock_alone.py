"""Acquires and releases a lock that nobody else wants. Samples as in contenders/lock-alone.mjs."""

import math
import multiprocessing
import time

from serve import serve

BATCH_NS = 1_000_000


def pairs(lock, count):
    # Looked up once: the fastest way to write it.
    acquire, release = lock.acquire, lock.release
    for _ in range(count):
        acquire()
        release()


def main():
    lock = multiprocessing.Lock()
    batch = 1

    def measure(request):
        nonlocal batch
        samples = []
        end = time.monotonic_ns() + request['ms'] * 1_000_000
        begin = time.monotonic_ns()
        while begin < end:
            pairs(lock, batch)
            after = time.monotonic_ns()
            samples.append((after - begin) / batch)
            if after - begin < BATCH_NS:
                batch = math.ceil(batch * 1.5)
            begin = time.monotonic_ns()
        return {'samples': samples}

    serve(measure)


if __name__ == '__main__':
    main()
