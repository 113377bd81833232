"""Calls methods of objects in a manager. Samples as in contenders/work/manager-calls.mjs."""

import multiprocessing
import time

from serve import serve

TOGETHER = 100


def time_calls(operation, ms):
    samples = []
    end = time.monotonic_ns() + ms * 1_000_000
    begin = time.monotonic_ns()
    while begin < end:
        for _ in range(TOGETHER):
            operation()
        after = time.monotonic_ns()
        samples.append((after - begin) / TOGETHER / 1e3)
        begin = time.monotonic_ns()
    return samples


def set_for(shared, ms, results):
    results.put(time_calls(lambda: shared.__setitem__('key', 1), ms))


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
        clients = request.get('clients', 1)
        if clients == 1:
            return {'samples': time_calls(operations[request['op']], request['ms'])}
        results = multiprocessing.Queue()
        args = (shared, request['ms'], results)
        processes = [multiprocessing.Process(target=set_for, args=args) for _ in range(clients)]
        for process in processes:
            process.start()
        samples = [sample for _ in processes for sample in results.get()]
        for process in processes:
            process.join()
        return {'samples': samples}

    serve(measure)


if __name__ == '__main__':
    main()
