"""One cell of the crash matrix for CPython's pools: pool_crash.py pool | executor <way>. As contenders/work/pool-crash.mjs."""

import concurrent.futures
import multiprocessing
import os
import signal
import sys
import time

PATIENCE_S = 20


def square(x):
    return x * x


def process_id():
    time.sleep(0.2)
    return os.getpid()


def dies(way):
    if way == 'exit':
        os._exit(3)
    if way == 'abort':
        os.abort()
    os.kill(os.getpid(), signal.SIGKILL)


def main(kind, way):
    context = multiprocessing.get_context('spawn')
    if kind == 'pool':
        pool = context.Pool(2)
        submit = lambda fn, *args: pool.apply_async(fn, args)
        result = lambda submitted, timeout: submitted.get(timeout)
        late = multiprocessing.TimeoutError
    else:
        pool = concurrent.futures.ProcessPoolExecutor(2, mp_context=context)
        submit = pool.submit
        result = lambda submitted, timeout: submitted.result(timeout)
        late = concurrent.futures.TimeoutError

    def ending(submitted, deadline):
        try:
            result(submitted, max(0, deadline - time.monotonic()))
            return 'value'
        except late:
            return 'pending'
        except Exception:
            return 'error'

    pids = [result(one, 60) for one in [submit(process_id), submit(process_id)]]
    fatal = 3
    if way == 'idle worker killed':
        os.kill(pids[0], signal.SIGKILL)
        fatal = -1
    try:
        tasks = [submit(dies, way) if i == fatal else submit(square, i) for i in range(8)]
        deadline = time.monotonic() + PATIENCE_S
        endings = [ending(one, deadline) for one in tasks]
        after = ending(submit(square, 1), time.monotonic() + PATIENCE_S)
    except Exception:
        endings, after = ['error'] * 8, 'error'
    verdict = 'goes on' if after == 'value' else 'is dead'
    print(f"{endings.count('value')}/{endings.count('error')}/{endings.count('pending')}, {verdict}", flush=True)
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(0)


if __name__ == '__main__':
    main(*sys.argv[1:])
