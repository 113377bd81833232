export { SharedMap } from './shared-map.js';
export type { EntryOptions, FetchOptions, SharedMapOptions } from './options.js';
export type { MapStats } from './map-stats.js';
