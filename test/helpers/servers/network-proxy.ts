import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll, onTestFinished, TestRunner } from 'vitest';
import { Flow } from './flow.js';
import type { FlowRule } from './flow.js';

/** Which way bytes go. */
export type Direction = 'toServer' | 'toClient';

/** A connection through the proxy. */
interface Route {
  readonly client: Socket;
  readonly server: Socket;
  readonly flows: Readonly<Record<Direction, Flow>>;
}

/**
 * A bad network before a server of loopback: it delays, stalls, cuts and half-closes what goes through it. What it is told holds
 * for the connections that there are and for those that come, in one direction, or in both if none is named.
 */
export class NetworkProxy {
  readonly #listener: Server;
  readonly #target: number;
  readonly #routes = new Set<Route>();
  readonly #rules: Readonly<Record<Direction, FlowRule>> = {
    toServer: { delay: 0, stalled: false, left: Infinity },
    toClient: { delay: 0, stalled: false, left: Infinity },
  };
  #refuses = false;
  #accepted = 0;
  #refused = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      this.#accept(client);
    });
  }

  /** Starts one before a port of loopback. It ends with the test, or with the file if it was started in a hook. */
  static async start(target: number): Promise<NetworkProxy> {
    const proxy = new NetworkProxy(target);
    proxy.#listener.listen(0, '127.0.0.1');
    await once(proxy.#listener, 'listening');
    if (TestRunner.getCurrentTest() === undefined) afterAll(() => proxy.close());
    else onTestFinished(() => proxy.close());
    return proxy;
  }

  /** Where clients connect. */
  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** How many connections go through it. */
  get connections(): number {
    return this.#routes.size;
  }

  /** How many have ever gone through it. */
  get accepted(): number {
    return this.#accepted;
  }

  /** How many have been refused. */
  get refused(): number {
    return this.#refused;
  }

  /** Bytes that come from now on go on so many milliseconds later, in their order. */
  delay(milliseconds: number, direction?: Direction): void {
    for (const one of named(direction)) this.#rules[one].delay = milliseconds;
  }

  /** Nothing goes on any more, not even an end, and neither side is told: the cable is out. */
  stall(direction?: Direction): void {
    for (const one of named(direction)) this.#rules[one].stalled = true;
  }

  /** What was stalled goes on, and so does all that comes. */
  resume(direction?: Direction): void {
    for (const one of named(direction)) {
      this.#rules[one].stalled = false;
      for (const { flows } of this.#routes) flows[one].flush();
    }
  }

  /** Resets all connections. New ones may come at once. */
  cut(): void {
    for (const route of [...this.#routes]) this.#cutRoute(route);
  }

  /** Lets so many bytes more pass, of all connections together, and cuts the one of the last, be it in the middle of a message. */
  cutAfter(bytes: number, direction: Direction): void {
    this.#rules[direction].left = bytes;
  }

  /** Ends one direction of each connection in an orderly way, and leaves the other one open. */
  halfClose(direction: Direction): void {
    for (const { flows } of this.#routes) flows[direction].end();
  }

  /** Resets new connections as they come. Those that there are stay. */
  refuse(): void {
    this.#refuses = true;
  }

  /** Lets new connections through again. */
  admit(): void {
    this.#refuses = false;
  }

  /** Cuts all connections, and listens no more. */
  async close(): Promise<void> {
    this.#refuses = true;
    this.cut();
    if (!this.#listener.listening) return;
    this.#listener.close();
    await once(this.#listener, 'close');
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined); // resets are what it is for
    if (this.#refuses) {
      this.#refused++;
      client.resetAndDestroy();
      return;
    }
    this.#accepted++;
    const server = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    server.on('error', () => undefined);
    const cut = (): void => {
      this.#cutRoute(route);
    };
    const flows = {
      toServer: new Flow(client, server, this.#rules.toServer, cut),
      toClient: new Flow(server, client, this.#rules.toClient, cut),
    };
    const route: Route = { client, server, flows };
    this.#routes.add(route);
  }

  #cutRoute(route: Route): void {
    if (!this.#routes.delete(route)) return;
    for (const flow of Object.values(route.flows)) flow.stop();
    route.client.resetAndDestroy();
    route.server.resetAndDestroy();
  }
}

function named(direction: Direction | undefined): readonly Direction[] {
  return direction === undefined ? ['toServer', 'toClient'] : [direction];
}
