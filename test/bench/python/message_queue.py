"""CPython's channels: message_queue.py queue | pipe. Requests and samples as in harness/serve-queue.mjs."""

import multiprocessing
import resource
import sys
import time

from serve import Pace, serve

# As in harness/messages.mjs and harness/serve-queue.mjs.
BUFFERS = 16
MOST_TRIPS = 20_000
IN_FLIGHT = 64
SIZES = {'1 KiB': 1024, '64 KiB': 64 * 1024, '1 MiB': 2**20}


def make_small(i):
    return {'id': i, 'name': 'measurement', 'value': i * 0.5, 'tags': ['alpha', 'beta', 'gamma'], 'ok': True}


def check_small(message, i):
    if (
        message['id'] != i
        or len(message['name']) != 11
        or message['value'] != i * 0.5
        or len(message['tags']) != 3
        or not message['ok']
    ):
        raise ValueError(f'Message {i} arrived as {message}')


def check_integer(message, i):
    if message != i:
        raise ValueError(f'Message {i} arrived as {message}')


def messages_of(form):
    if form == 'small object':
        return make_small, check_small
    if form == 'integer':
        return (lambda i: i), check_integer
    size = SIZES[form]
    made = [bytes([i]) * size for i in range(BUFFERS)]

    def check(message, i):
        if len(message) != size or message[0] != i % BUFFERS or message[-1] != i % BUFFERS:
            raise ValueError(f'Buffer {i} arrived as {len(message)} bytes, the first {message[0]}')

    return lambda i: made[i % BUFFERS], check


def other_side(commands, there, back):
    # Looked up once: the fastest way to write it.
    receive = there.get if hasattr(there, 'get') else there.recv
    send = back.put if hasattr(back, 'put') else back.send
    try:
        while True:
            op, form, count = commands.recv()
            _, check = messages_of(form)
            commands.send('ready')
            if op == 'trips':
                for _ in range(count):
                    send(receive())
            else:
                for i in range(count):
                    check(receive(), i)
                commands.send((time.monotonic_ns(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
    except EOFError:
        pass


def channel(kind):
    """The two ends of a channel, (receiver, sender)."""
    if kind == 'pipe':
        return multiprocessing.Pipe(duplex=False)
    queue = multiprocessing.Queue()
    return queue, queue


def main(kind):
    there_end, there = channel(kind)
    back, back_end = channel(kind)
    commands, theirs = multiprocessing.Pipe()
    other = multiprocessing.Process(target=other_side, args=(theirs, there_end, back_end), daemon=True)
    other.start()
    theirs.close()
    send = there.put if kind == 'queue' else there.send
    receive = back.get if kind == 'queue' else back.recv
    pace = Pace()

    def measure_throughput(form, count):
        make, _ = messages_of(form)
        commands.send(('throughput', form, count))
        commands.recv()
        begin = time.monotonic_ns()
        for i in range(count):
            send(make(i))
        end, _ = commands.recv()
        return end - begin, [count / (end - begin) * 1e9]

    def measure_memory(form, count):
        make, _ = messages_of(form)
        commands.send(('throughput', form, count))
        commands.recv()
        for i in range(count):
            send(make(i))
        _, rss = commands.recv()
        return 0, [(rss + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024]

    def measure_trips(form, count):
        make, check = messages_of(form)
        samples = []
        commands.send(('trips', form, count))
        commands.recv()
        begin = last = time.monotonic_ns()
        for i in range(count):
            send(make(i))
            check(receive(), i)
            at = time.monotonic_ns()
            samples.append((at - last) / 1e3)
            last = at
        return last - begin, samples

    def measure_flight(form, count):
        make, check = messages_of(form)
        commands.send(('trips', form, count))
        commands.recv()
        begin = time.monotonic_ns()
        sent = 0
        for i in range(count):
            while sent < min(count, i + IN_FLIGHT):
                send(make(sent))
                sent += 1
            check(receive(), i)
        nanoseconds = time.monotonic_ns() - begin
        return nanoseconds, [count / nanoseconds * 1e9]

    measures = {'throughput': measure_throughput, 'trips': measure_trips, 'flight': measure_flight}

    def measure(request):
        op, form = request['op'], request['form']
        if op == 'memory':
            return {'samples': measure_memory(form, request['count'])[1]}
        ms = request['ms']
        trips = op == 'trips'
        while True:
            count = pace.count((op, form), ms)
            if trips:
                count = min(count, MOST_TRIPS)
            nanoseconds, samples = measures[op](form, count)
            if pace.learn((op, form), ms, count, nanoseconds) or (trips and count == MOST_TRIPS):
                return {'samples': samples}

    serve(measure)


if __name__ == '__main__':
    main(sys.argv[1])
