import type { ManagerSegment } from '../wire/manager-segment.js';
import type { Dispatcher } from './dispatcher.js';
import type { Objects } from './objects.js';
import type { ServerOptions } from './server.js';

export class SocketDoor {
  readonly address: string;
  clients = 0;
  constructor(address: string, _options: ServerOptions, _requests: ManagerSegment, _objects: Objects, _dispatcher: Dispatcher) {
    this.address = address;
  }
  async open(): Promise<void> {}
  close(): void {}
}
