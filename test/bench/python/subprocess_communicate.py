"""Sends 64 MiB through cat and back, or runs true. Samples as in contenders/work/subprocess.mjs."""

import subprocess
import time

from serve import serve

MIB = 2**20
DATA = (b'multiprocess ' * (64 * MIB // 13 + 1))[: 64 * MIB]


def communicate():
    child = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return child.communicate(DATA)[0]


def main():
    def measure(request):
        samples = []
        end = time.monotonic_ns() + request['ms'] * 1_000_000
        while not samples or time.monotonic_ns() < end:
            begin = time.monotonic_ns()
            if request['op'] == 'run':
                subprocess.run(['true'])
                samples.append((time.monotonic_ns() - begin) / 1e6)
            else:
                output = communicate()
                samples.append(64 * 1e9 / (time.monotonic_ns() - begin))
                if output != DATA:
                    raise ValueError('What came back differs')
        return {'samples': samples}

    serve(measure)


if __name__ == '__main__':
    main()
