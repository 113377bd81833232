import * as threads from 'node:worker_threads';
import { hostName } from './host.js';

type Mark = (object: object) => void;

/**
 * Makes it an error to give the object to `structuredClone` or `postMessage`, which would make a plain object of it that shares
 * nothing. Node can do that from 22.10 on; before, it does nothing.
 */
export const markAsUncloneable: Mark =
  (hostName === 'Node' ? (threads as { readonly markAsUncloneable?: Mark }).markAsUncloneable : undefined) ??
  (() => undefined);
