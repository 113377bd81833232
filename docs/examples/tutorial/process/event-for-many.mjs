// Python's Event for ten processes, half of which wait with a timeout. Differs: set() wakes all of them at once,
// and never blocks.
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
  console.log('wait_for_event_timeout:goes on');
});

if (isMainProcess) {
  const began = performance.now();
  const event = new Event();
  const processes = [
    ...Array.from({ length: 5 }, () => new Process({ target: waitForEvent, args: [event] })),
    ...Array.from({ length: 5 }, (_, i) => new Process({ target: waitForEventTimeout, args: [event, i * 100] })),
  ];
  for (const one of processes) one.start();
  await sleep(300);
  event.set();
  for (const one of processes) await one.join();
  console.log('end');
  console.log(`about ${Math.round(performance.now() - began)} ms`);
  event.close();
}
