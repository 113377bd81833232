// The program of the page.
import type { Snapshot } from '../snapshot/snapshot.js';
import { Graph } from './graph/graph.js';
import { Plots } from './plots/plots.js';
import { Circles } from './shell/circles.js';
import { Connection } from './shell/connection.js';
import { byId } from './shell/elements.js';
import { showProblem, showState } from './shell/status.js';
import { showSummary } from './shell/summary.js';
import { setUpTheme } from './shell/theme.js';
import { Tables } from './tables/tables.js';

const graph = new Graph(byId('graph'));
const plots = new Plots(byId('plots'));
const tables = new Tables(byId('tables'));
const circles = new Circles();
let latest: Snapshot | undefined;

function show(snapshot: Snapshot): void {
  latest = snapshot;
  showSummary(snapshot);
  circles.update(snapshot);
  // What is hidden is kept up to date as well: the plots shall have no gap.
  plots.update(snapshot);
  if (tables.isHidden) graph.update(snapshot);
  else tables.update(snapshot);
}

function view(isTables: boolean): void {
  tables.isHidden = !isTables;
  plots.isHidden = isTables;
  byId('graph').hidden = isTables;
  byId('view-graph').ariaPressed = String(!isTables);
  byId('view-tables').ariaPressed = String(isTables);
  if (latest !== undefined) show(latest);
}

byId('view-graph').addEventListener('click', () => {
  view(false);
});
byId('view-tables').addEventListener('click', () => {
  view(true);
});
setUpTheme(() => {
  plots.redraw();
});
new Connection({
  onSnapshot: show,
  onFailure: ({ message }) => {
    showProblem(`The last look has failed: ${message}`);
  },
  onState: showState,
});
