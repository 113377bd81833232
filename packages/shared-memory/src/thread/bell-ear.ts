import type { Socket } from 'node:net';
import { throwIfErrno } from '../base/errno.js';
import { closeDescriptor, handOver } from '../platform/descriptor.js';
import { native } from '../platform/platform.js';
import { hostName } from '../base/host.js';

/** How the event loop of this thread hears its doorbell. */
export interface BellEar {
  /** Makes it keep the event loop alive. */
  ref(): void;
  unref(): void;
}

/**
 * Calls `onRing` from the event loop after bytes were written to the FIFO. It does not keep the loop alive at first.
 *
 * @param fd of `openDescriptor`, for reading and writing; it belongs to the ear afterwards
 * @param onClosed called if the descriptor is closed before the thread ends
 */
export function listenTo(fd: number, onRing: () => void, onClosed: () => void): BellEar {
  return hostName === 'Node' ? socketEar(fd, onRing, onClosed) : threadEar(fd, onRing);
}

/** libuv reads the FIFO: the fastest way. */
function socketEar(fd: number, onRing: () => void, onClosed: () => void): BellEar {
  const onread = { buffer: new Uint8Array(64), callback: () => (onRing(), true) };
  const { Socket } = process.getBuiltinModule('node:net'); // loaded at the first wait: most children never wait
  const options = { fd, readable: true, writable: false, onread };
  const socket = handOver(fd, () => new Socket(options as ConstructorParameters<typeof Socket>[0])) satisfies Socket;
  socket.on('error', () => undefined); // the 100 ms re-check goes on without it
  socket.on('close', onClosed);
  return socket.unref();
}

/** Sockets of other runtimes do not read FIFOs: a thread of the native part does, and calls into the loop. */
function threadEar(fd: number, onRing: () => void): BellEar {
  const heard = native().listen(fd, onRing);
  if (heard < 0) closeDescriptor(fd);
  throwIfErrno(heard, 'listen');
  return {
    ref: () => void native().holdLoop(true),
    unref: () => void native().holdLoop(false),
  };
}
