"""Calls methods of objects in a manager. Samples as in contenders/manager-calls.mjs."""

import multiprocessing
import time

from serve import serve

TOGETHER = 100


def main():
    manager = multiprocessing.Manager()
    shared = manager.dict({'key': 1})
    items = manager.list([1])
    value = manager.Value('i', 1)
    lock = manager.Lock()

    def cycle():
        lock.acquire()
        lock.release()

    operations = {
        'get': lambda: shared['key'],
        'set': lambda: shared.__setitem__('key', 1),
        'append': lambda: items.append(1),
        'value': lambda: value.get(),
        'lock': cycle,
    }

    def measure(request):
        operation = operations[request['op']]
        samples = []
        end = time.monotonic_ns() + request['ms'] * 1_000_000
        begin = time.monotonic_ns()
        while begin < end:
            for _ in range(TOGETHER):
                operation()
            after = time.monotonic_ns()
            samples.append((after - begin) / TOGETHER / 1e3)
            begin = time.monotonic_ns()
        return {'samples': samples}

    serve(measure)


if __name__ == '__main__':
    main()
