"""CPython's Queue among four producers and four consumers, as contenders/messages/queue-crowd.mjs has it."""

import multiprocessing
import time

from message_queue import check_small, make_small
from serve import Pace, serve

EACH = 4


def produce(commands, queue):
    while True:
        count = commands.recv()
        for i in range(count):
            queue.put(make_small(i))


def consume(commands, queue):
    while True:
        count = commands.recv()
        commands.send('ready')
        for _ in range(count):
            message = queue.get()
            check_small(message, message['id'])
        commands.send(time.monotonic_ns())


def main():
    queue = multiprocessing.Queue()

    def start(target):
        mine, theirs = multiprocessing.Pipe()
        multiprocessing.Process(target=target, args=(theirs, queue), daemon=True).start()
        theirs.close()
        return mine

    consumers = [start(consume) for _ in range(EACH)]
    producers = [start(produce) for _ in range(EACH)]
    pace = Pace()

    def measure(request):
        ms = request['ms']
        while True:
            count = pace.count('', ms)
            for consumer in consumers:
                consumer.send(count)
            for consumer in consumers:
                consumer.recv()
            begin = time.monotonic_ns()
            for producer in producers:
                producer.send(count)
            nanoseconds = max(consumer.recv() for consumer in consumers) - begin
            if pace.learn('', ms, count, nanoseconds):
                return {'samples': [EACH * count / nanoseconds * 1e9]}

    serve(measure)


if __name__ == '__main__':
    main()
