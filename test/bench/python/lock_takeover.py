"""A holder is killed while this process waits for its lock. Samples as in contenders/sync/lock-takeover.mjs."""

import multiprocessing
import os
import random
import signal
import threading
import time

from serve import serve

# The lock stays locked for ever: after so many seconds it is given up.
PATIENCE_S = 1


def hold_for_ever(lock, connection):
    lock.acquire()
    connection.send(True)
    signal.pause()


def kill_one():
    lock = multiprocessing.Lock()
    mine, theirs = multiprocessing.Pipe()
    holder = multiprocessing.Process(target=hold_for_ever, args=(lock, theirs), daemon=True)
    holder.start()
    mine.recv()
    killed_at = None

    def kill():
        nonlocal killed_at
        killed_at = time.monotonic_ns()
        os.kill(holder.pid, signal.SIGKILL)

    killer = threading.Timer(random.uniform(0.005, 0.125), kill)
    killer.start()
    taken = lock.acquire(timeout=PATIENCE_S)
    at = time.monotonic_ns()
    killer.join()
    holder.join()
    return (at - killed_at) / 1e6 if taken else None


def main():
    # One for each round: none of them is going to be different.
    serve(lambda _: {'samples': [kill_one()]})


if __name__ == '__main__':
    main()
