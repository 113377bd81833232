"""Two processes use the same primitive. Samples as in contenders/sync/sync-contended.mjs."""

import multiprocessing
import time

from lock_contended import START_MARGIN_NS, contend
from serve import Pace, serve, spin_until

ACQUIRABLES = ('RLock', 'Semaphore', 'BoundedSemaphore')


def condition(things, side, count):
    thing, turn = things['Condition'], things['turn']
    for _ in range(count):
        thing.acquire()
        while turn.value != side:
            thing.wait()
        turn.value = 1 - side
        thing.notify()
        thing.release()


def event(things, side, count):
    mine, theirs = things['events'][side], things['events'][1 - side]
    for _ in range(count):
        if side == 0:
            theirs.set()
        mine.wait()
        mine.clear()
        if side == 1:
            theirs.set()


def barrier(things, side, count):
    wait = things['Barrier'].wait
    for _ in range(count):
        wait()


MEETINGS = {'Condition': condition, 'Event': event, 'Barrier': barrier}


def answer(things, side, primitive, start, end, count):
    if primitive in ACQUIRABLES:
        return contend(things[primitive], things['turn'], (start, end, False))
    spin_until(start)
    MEETINGS[primitive](things, side, count)
    return time.monotonic_ns() - start


def other_side(things, connection):
    try:
        while True:
            connection.send(answer(things, 1, *connection.recv()))
    except EOFError:
        pass


def main():
    things = {name: getattr(multiprocessing, name)() for name in (*ACQUIRABLES, 'Condition')}
    things['events'] = [multiprocessing.Event(), multiprocessing.Event()]
    things['Barrier'] = multiprocessing.Barrier(2)
    things['turn'] = multiprocessing.RawValue('i', 0)
    pace = Pace()
    mine, theirs = multiprocessing.Pipe()
    other = multiprocessing.Process(target=other_side, args=(things, theirs), daemon=True)
    other.start()
    theirs.close()

    def measure(request):
        primitive, ms = request['primitive'], request['ms']
        start = time.monotonic_ns() + START_MARGIN_NS
        count = pace.count(primitive, ms)
        asked = (primitive, start, start + ms * 1_000_000, count)
        mine.send(asked)
        outcomes = [answer(things, 0, *asked), mine.recv()]
        if primitive in ACQUIRABLES:
            pairs = [outcome[0] for outcome in outcomes]
            share = max(pairs) / sum(pairs) * 100
            rate = sum(outcome[0] / outcome[1] * 1e9 for outcome in outcomes)
            return {'samples': [rate], 'extra': {'largerShare': share}}
        pace.learn(primitive, ms, count, max(outcomes))
        return {'samples': [count / max(outcomes) * 1e9]}

    serve(measure)


if __name__ == '__main__':
    main()
