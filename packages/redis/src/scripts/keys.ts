// The keys, all below one prefix (`mp:` unless the program chooses another). What each holds after a crash of the server is what its last script
// left, as far as the server kept it: no script leaves a state that another one would have to repair.
//
// Of the whole store:
//   id               hash-free string: names the store in handles. Written once, by the first session.
//   run              string: the run of the server that a session has seen last. Written by `join` and `resume`.
//   swept            string: when the last sweep was, in milliseconds of the server. Written by `sweep`.
//   sessions         sorted set: session → end of its lease, in milliseconds of the server. A session is alive iff it is there.
//                    Written by `join`, `resume` and `sweep` (renewal); `bury` removes.
//
// Of a session S:
//   s:S              hash: `grace` ms; `run` to which it last connected; `gone` since when no socket listens (absent: one does, or that was
//                    not noticed yet); `who`, for people. Removed by `bury`.
//   k:S              hash: number of a call → its answer, kept until a later call acknowledges it. Removed by `bury`.
//   h:S              set: what has to be given back when S dies, as `<letter> <object>`. Written with what it stands for, by the same script.
//   t:S:ID           list: items of the joinable queue ID that S has taken and not reported as done, the oldest first.
//   g:S:N            string: a large answer to call N, from which S fetches pieces. Expires by itself.
//   c:S              no key but the channel on which S listens.
//
// Of an object ID (`n/<name>`, or `u/<random>` without a name):
//   o:ID             hash: its kind, its parameter, and its state; fields are explained in the file of each kind.
//   r:ID             set: sessions that have it, if it has no name.
//   w:ID             sorted set: waiters, by arrival. A waiter is `<session> <number of its call>`, for queues with how many items it takes.
//   i:ID             list or hash: items of a list, dict, namespace or queue.
//   b:ID             hash: session → permits that it has of a bounded semaphore.
//   d:ID j:ID x:ID   sorted sets: other waiters of a queue or condition.
//   y:ID             hash: waiting putter → the items that it still has to put.
//   z:ID             sorted set: keys of a dict by the order in which they were added.

/** The first letters of all keys of an object. */
export const OBJECT_KEYS = ['o', 'r', 'w', 'i', 'b', 'd', 'j', 'x', 'y', 'z'] as const;

/** The channel of a session. */
export function channelOf(prefix: string, session: string): string {
  return `${prefix}c:${session}`;
}
