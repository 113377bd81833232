"""Makes objects, a thousand in a row. Samples as in contenders/sync/create.mjs."""

import multiprocessing
import time

from serve import serve

COUNT = 1000
NS_PER_US = 1000

MAKERS = {
    'Lock': multiprocessing.Lock,
    'RLock': multiprocessing.RLock,
    'Semaphore': lambda: multiprocessing.Semaphore(3),
    'BoundedSemaphore': lambda: multiprocessing.BoundedSemaphore(3),
    'Event': multiprocessing.Event,
    'Barrier': lambda: multiprocessing.Barrier(3),
    'SharedValue': lambda: multiprocessing.Value('d', 0),
}


def measure(request):
    make = MAKERS[request['primitive']]
    samples = []
    end = time.monotonic_ns() + request['ms'] * 1e6
    while time.monotonic_ns() < end:
        begin = time.monotonic_ns()
        objects = [make() for _ in range(COUNT)]
        samples.append((time.monotonic_ns() - begin) / COUNT / NS_PER_US)
        del objects
    return {'samples': samples}


if __name__ == '__main__':
    serve(measure)
