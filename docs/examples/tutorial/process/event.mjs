// Python's Event: one waits for ever, one for a time. Differs: wait() takes { timeout } in milliseconds, and is false when it is over;
// isSet() is what is_set() is.
import { setTimeout as sleep } from 'node:timers/promises';
import { Event, isMainProcess, Process, task } from 'multiprocess';

const waitForEvent = task(import.meta, async function waitForEvent(event) {
  console.log('wait_for_event:starting');
  await event.wait();
  console.log(`wait_for_event:e.is_set()->${event.isSet()}`);
});

const waitForEventTimeout = task(import.meta, async function waitForEventTimeout(event, timeout) {
  console.log('wait_for_event_timeout:starting');
  await event.wait({ timeout });
  console.log(`wait_for_event_timeout:e.is_set->${event.isSet()}`);
});

if (isMainProcess) {
  console.log('start');
  const began = performance.now();
  const event = new Event();
  const w1 = new Process({ name: 'block', target: waitForEvent, args: [event] });
  const w2 = new Process({ name: 'unblock', target: waitForEventTimeout, args: [event, 200] });
  w1.start();
  w2.start();
  await w2.join(); // Python's program sleeps three seconds here, and hopes
  await sleep(100);
  event.set();
  console.log('end');
  await w1.join();
  console.log(`about ${Math.round(performance.now() - began)} ms`);
  event.close();
}
