import type { Snapshot } from '../../snapshot/snapshot.js';
import { byId, setText } from './elements.js';
import { counted } from './words.js';

/** What stands in the bar and in the title of the page: how many there are of what. */
export function showSummary({ processes, objects, circles, omitted, directory }: Snapshot): void {
  const deadlocks = circles.filter(({ isDeadlock }) => isDeadlock).length;
  const [processCount, objectCount] = [processes.length + omitted.processes, objects.length + omitted.objects];
  const parts = [
    counted(processCount, 'process', 'processes'),
    counted(objectCount, 'object'),
    ...(deadlocks === 0 ? [] : [counted(deadlocks, 'deadlock')]),
  ];
  setText(byId('totals'), parts.join(' · '));
  document.title = `${deadlocks === 0 ? '' : `${counted(deadlocks, 'deadlock')} – `}multiprocess`;
  setText(byId('directory'), directory);
  const isEmpty = processCount === 0 && objectCount === 0;
  byId('empty').hidden = !isEmpty;
  byId('content').hidden = isEmpty;
  const left = [
    ...(omitted.processes === 0 ? [] : [counted(omitted.processes, 'process', 'processes')]),
    ...(omitted.objects === 0 ? [] : [counted(omitted.objects, 'object')]),
  ];
  byId('omitted').hidden = left.length === 0;
  setText(byId('omitted'), `${left.join(' and ')} more are not shown here: "multiprocess list" has all.`);
}
