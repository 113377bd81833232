import type { Site } from './model.js';
import type { Realm } from './simulated/realm.js';
import { ownerIdOf } from './sleeping.js';

/** What the program of that thread works with. */
export function siteOf(realm: Realm, number: number): Site {
  const isDead = (owner: number): boolean => realm.run.perform({ kind: 'isDead', owner }) !== 0;
  const { parker, words } = realm;
  const thread = { self: ownerIdOf(number), parker, isDead, describe: () => undefined };
  return {
    number,
    words,
    Atomics: realm.atomics,
    thread,
    parker,
    segment: realm.segment(thread),
    load: (file) => realm.code.load(file),
    now: () => realm.run.now,
    note: (index, value) => realm.run.perform({ kind: 'note', index, value }),
    loop: () => {
      realm.run.loop();
    },
    onceSometime: (happen) => {
      realm.run.await({ word: undefined, due: 0, idle: true, happen });
    },
  };
}
