"""Acquires and releases an uncontended lock. Samples as in contenders/sync/lock-alone.mjs."""

import multiprocessing

from batches import Batches
from serve import serve


def main():
    # Looked up once: the fastest way to write it.
    lock = multiprocessing.Lock()
    acquire, release = lock.acquire, lock.release

    def pairs(count):
        for _ in range(count):
            acquire()
            release()

    batches = Batches(pairs)
    serve(lambda request: batches.measure(request['ms']))


if __name__ == '__main__':
    main()
