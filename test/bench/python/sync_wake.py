"""A process sleeps until an event is set. Samples as in contenders/sync/sync-wake.mjs."""

import multiprocessing
import random
import time

from serve import serve


def sleeper(event, begun, woken, woken_at, connection):
    try:
        while True:
            for _ in range(connection.recv()):
                begun.value += 1
                event.wait()
                woken_at.value = time.monotonic_ns()
                event.clear()
                woken.value += 1
            connection.send(True)
    except EOFError:
        pass


def reached(count, value):
    while count.value < value:
        time.sleep(0.001)


def main():
    event = multiprocessing.Event()
    begun, woken = multiprocessing.RawValue('i', 0), multiprocessing.RawValue('i', 0)
    woken_at = multiprocessing.RawValue('q', 0)
    mine, theirs = multiprocessing.Pipe()
    args = (event, begun, woken, woken_at, theirs)
    multiprocessing.Process(target=sleeper, args=args, daemon=True).start()
    theirs.close()

    def measure(request):
        samples = []
        mine.send(request['wakes'])
        count = woken.value
        while len(samples) < request['wakes']:
            count += 1
            reached(begun, count)
            time.sleep(random.uniform(0.001, 0.004))
            before = time.monotonic_ns()
            event.set()
            reached(woken, count)
            samples.append((woken_at.value - before) / 1000)
        mine.recv()
        return {'samples': samples}

    serve(measure)


if __name__ == '__main__':
    main()
