import { Manager } from '@multiprocess/manager';
import { Process, isMainProcess } from '@multiprocess/process';
const t0 = performance.now();
const manager = await Manager.start();
console.log('started', performance.now() - t0);
const d = manager.dict({ a: 1 });
console.log(await d.get('a'), d.getSync('a'));
d.setSync('b', { x: [1, 2] });
console.log(d.sync.b, 'b' in d.sync, Object.keys(d.sync), { ...d.sync }, JSON.stringify(d.sync));
console.log(d.sync);
try { d.sync.b.x.push(3) } catch (e) { console.log(e.message) }
const l = manager.list([3, 1, 2]);
l.sync.push(9); l.sync[0] = 7; l.sync.sort();
console.log([...l.sync], l.sync.length, JSON.stringify(l.sync), l.sync, Array.isArray(l.sync), 3 in l.sync, 4 in l.sync, l.sync.map((x) => x * 2));
await d.set('l', l);
const again = await d.get('l');
console.log(again === l, again);
l.pushSync(100);
console.log(await again.length());
try { await l.set(77, 1) } catch (e) { console.log(e, e.cause.stack.split('\n').length) }
try { l.setSync(77, 1) } catch (e) { console.log(e.stack) }
const N = 20000;
let t = performance.now();
for (let i = 0; i < N; i++) d.setSync('k', i);
console.log('setSync us', (performance.now() - t) * 1000 / N);
t = performance.now();
for (let i = 0; i < N; i++) await d.set('k', i);
console.log('await set us', (performance.now() - t) * 1000 / N);
t = performance.now();
for (let r = 0; r < 10; r++) await Promise.all(Array.from({ length: 10000 }, (_, i) => d.set('k', i)));
console.log('pipelined us', (performance.now() - t) * 1000 / 100000);
const v = manager.value(5);
console.log(v.sync.value, await v.add(3), v.getSync(), await manager.info());
const lock = manager.lock();
console.log(await lock.acquire(), await lock.acquire({ timeout: 20 }), lock.lockedSync());
await lock.release();
const r = manager.rlock();
console.log(await r.acquire(), await r.acquire()); await r.release(); await r.release();
try { await r.release() } catch (e) { console.log(e.message) }
const q = manager.queue({ maxsize: 2 });
q.put(1); q.put(2);
console.log(await q.get(), q.getSync(), await q.get({ timeout: 10 }).catch((e) => e.name));
t = performance.now();
const pend = q.get();
await manager.shutdown();
console.log(await pend.catch((e) => e.name), performance.now() - t);
await d.get('a').catch((e) => console.log(e.name));
try { d.getSync('a') } catch (e) { console.log(e.name) }
try { manager.list() } catch (e) { console.log(e.name) }
