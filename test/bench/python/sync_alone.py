"""Uses an uncontended primitive. Samples as in contenders/sync/sync-alone.mjs."""

import multiprocessing

from batches import Batches
from serve import serve


def pairs(thing):
    # Looked up once: the fastest way to write it.
    acquire, release = thing.acquire, thing.release

    def run(count):
        for _ in range(count):
            acquire()
            release()

    return run


def event():
    thing = multiprocessing.Event()
    set_, wait, clear = thing.set, thing.wait, thing.clear

    def run(count):
        for _ in range(count):
            set_()
            wait()
            clear()

    return run


def condition():
    thing = multiprocessing.Condition()
    acquire, notify, release = thing.acquire, thing.notify, thing.release

    def run(count):
        for _ in range(count):
            acquire()
            notify()
            release()

    return run


def barrier():
    wait = multiprocessing.Barrier(1).wait

    def run(count):
        for _ in range(count):
            wait()

    return run


LOOPS = {
    'RLock': lambda: pairs(multiprocessing.RLock()),
    'Semaphore': lambda: pairs(multiprocessing.Semaphore(3)),
    'BoundedSemaphore': lambda: pairs(multiprocessing.BoundedSemaphore(3)),
    'Event': event,
    'Condition': condition,
    'Barrier': barrier,
}


def main():
    batches = None

    def measure(request):
        nonlocal batches
        if batches is None:
            batches = Batches(LOOPS[request['primitive']]())
        return batches.measure(request['ms'])

    serve(measure)


if __name__ == '__main__':
    main()
