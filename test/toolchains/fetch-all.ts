import { fetchNode } from '../tools/fetch-node.mjs';
import { fetchTool, NODES, TOOL_NAMES } from './tools.js';

/** Before the first test, so that how fast the network is does not count as time of a test. */
export async function setup(): Promise<void> {
  // One after the other: on a machine with little to spare, as many npms at a time would take longer.
  for (const tool of TOOL_NAMES) await fetchTool(tool);
  for (const version of [...NODES.ofExecutables, NODES.ofJest]) await fetchNode(version);
}
