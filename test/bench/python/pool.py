"""CPython's pools of two workers: pool.py pool | executor. Requests and samples as in contenders/work/pool.mjs."""

import collections
import concurrent.futures
import multiprocessing
import sys
import time

from serve import Pace, serve

WORKERS = 2


def nothing():
    pass


def square(x):
    return x * x


def resident_bytes():
    with open('/proc/self/statm', encoding='ascii') as statm:
        return int(statm.read().split()[1]) * 4096


class PoolContestant:
    def __init__(self):
        self.pool = multiprocessing.get_context('spawn').Pool(WORKERS)

    def submit(self, fn, *args):
        return self.pool.apply_async(fn, args)

    @staticmethod
    def result(submitted):
        return submitted.get()

    def map(self, fn, inputs):
        return self.pool.map(fn, inputs)

    def stop(self):
        self.pool.close()
        self.pool.join()


class ExecutorContestant:
    def __init__(self):
        context = multiprocessing.get_context('spawn')
        self.pool = concurrent.futures.ProcessPoolExecutor(WORKERS, mp_context=context)

    def submit(self, fn, *args):
        return self.pool.submit(fn, *args)

    @staticmethod
    def result(submitted):
        return submitted.result()

    def map(self, fn, inputs):
        return list(self.pool.map(fn, inputs, chunksize=len(inputs) // (4 * WORKERS)))

    def stop(self):
        self.pool.shutdown()


def main(kind):
    make = {'pool': PoolContestant, 'executor': ExecutorContestant}[kind]
    pace = Pace()
    running = []

    def pool():
        if not running:
            running.append(make())
        return running[0]

    def run_many(contestant, fn, args, in_flight, count):
        pending = collections.deque()
        for _ in range(count):
            if len(pending) == in_flight:
                contestant.result(pending.popleft())
            pending.append(contestant.submit(fn, *args))
        while pending:
            contestant.result(pending.popleft())

    def tasks(request):
        in_flight, size = request.get('inFlight', 1), request.get('bytes', 0)
        fn, args = (len, (bytes(size),)) if size else (nothing, ())
        while True:
            count = pace.count((in_flight, size), request['ms'])
            begin = time.monotonic_ns()
            run_many(pool(), fn, args, in_flight, count)
            nanoseconds = time.monotonic_ns() - begin
            if pace.learn((in_flight, size), request['ms'], count, nanoseconds):
                return [count / nanoseconds * 1e9]

    def trips(request):
        samples = []
        at = time.monotonic_ns()
        end = at + request['ms'] * 1_000_000
        while at < end:
            pool().result(pool().submit(nothing))
            after = time.monotonic_ns()
            samples.append((after - at) / 1e3)
            at = after
        return samples

    def map_inputs(request):
        inputs = list(range(request['inputs']))
        begin = time.monotonic_ns()
        squares = pool().map(square, inputs)
        nanoseconds = time.monotonic_ns() - begin
        if len(squares) != len(inputs) or squares[-1] != inputs[-1] ** 2:
            raise ValueError('The map came back wrong')
        return [len(inputs) / nanoseconds * 1e9]

    def start(_request):
        begin = time.monotonic_ns()
        contestant = make()
        contestant.result(contestant.submit(nothing))
        nanoseconds = time.monotonic_ns() - begin
        contestant.stop()
        return [nanoseconds / 1e6]

    def memory(_request):
        return [pool().result(pool().submit(resident_bytes)) / 2**20]

    answers = {'tasks': tasks, 'trips': trips, 'map': map_inputs, 'start': start, 'memory': memory}
    serve(lambda request: {'samples': answers[request['op']](request)})


if __name__ == '__main__':
    main(sys.argv[1])
