import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Collector } from '../collect/collector.js';
import { Access } from './access.js';
import { readAssets } from './assets.js';
import type { Asset } from './assets.js';
import { streamEvents } from './event-stream.js';
import { Connections } from './connections.js';
import { HEADERS } from './headers.js';

const INTERVAL_MS = 1000;

/** Serves the page on loopback: only to those that have the URL, and only to be read. */
export class DashboardServer {
  readonly #access = new Access();
  readonly #collector = new Collector(INTERVAL_MS);
  readonly #assets: ReadonlyMap<string, Asset>;
  readonly #connections = new Connections();
  readonly #server: Server;

  private constructor(assets: URL) {
    this.#assets = readAssets(assets);
    this.#server = createServer((request, response) => {
      this.#answer(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.#connections.add(socket);
    });
  }

  /**
   * Listens at that port of 127.0.0.1; 0 is one that is free.
   *
   * @param assets the folder of the page's files
   * @throws what `listen` of Node reports, such as `EADDRINUSE`.
   */
  static async start(port: number, assets: URL): Promise<DashboardServer> {
    const started = new DashboardServer(assets);
    started.#server.listen(port, '127.0.0.1');
    await once(started.#server, 'listening');
    return started;
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What a person opens; it has the token. */
  get url(): string {
    return this.#access.urlAt(this.#port);
  }

  /** Ends all connections. Resolves when they have ended. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (request.method !== 'GET') {
      // What it sends is not read.
      response.writeHead(405, { Allow: 'GET', Connection: 'close' }).end();
      return;
    }
    const grant = this.#access.grant(request, this.#port);
    if (grant === 'forbidden') sendText(response, 403, 'Open the address that "multiprocess dashboard" has printed.\n');
    else if (!this.#connections.admit(request.socket)) sendText(response, 503, 'Too many pages are open.\n');
    else if (grant === 'entrance') this.#letIn(response);
    else if (grant.page === 'events') streamEvents(this.#collector, response);
    else this.#sendAsset(response, grant.page);
  }

  /**
   * Leads on by a page and not by a status 303: a browser that was sent from elsewhere, such as a link in an editor, would
   * not send the cookie along.
   */
  #letIn(response: ServerResponse): void {
    const { path, setCookie } = this.#access;
    response.writeHead(200, { 'Set-Cookie': setCookie, 'Content-Type': 'text/html; charset=utf-8' });
    const icon = `<link rel="icon" href="${path}icon.svg">`; // else the browser asks for /favicon.ico
    response.end(
      `<!doctype html><title>multiprocess</title>${icon}<meta http-equiv="refresh" content="0; url=${path}">\n`,
    );
  }

  #sendAsset(response: ServerResponse, path: string): void {
    const asset = this.#assets.get(path);
    if (asset === undefined) sendText(response, 404, 'There is no such file.\n');
    else response.writeHead(200, { 'Content-Type': asset.type }).end(asset.content);
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
}
