export { Lock as RLock } from '@multiprocess/sync';
