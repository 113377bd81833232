import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Snapshot } from '../../../packages/multiprocess/dist/dashboard/snapshot/snapshot.js';
import { startChild } from '../../helpers/children.js';
import type { Child } from '../../helpers/children.js';

const main = new URL('../../../packages/multiprocess/dist/cli/main.js', import.meta.url);

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** A dashboard that runs, as a child of the test. */
export interface Dashboard {
  readonly child: Child;
  /** What it has printed. */
  readonly url: string;
  readonly port: number;
}

/** Starts `multiprocess dashboard` in the segment directory of the test. */
export async function startDashboard(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Dashboard> {
  const child = startChild(main, { args: ['dashboard', ...args], env });
  const url = await child.line(/^http:/);
  return { child, url, port: Number(new URL(url).port) };
}

/** Sends a request to a dashboard. `fetch` would not let a test lie about the host. */
export async function ask(port: number, path: string, asked: Asked = {}): Promise<Answer> {
  const answer = await begin(port, path, asked);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
}

async function begin(port: number, path: string, { method = 'GET', headers = {} }: Asked): Promise<IncomingMessage> {
  const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
}

/** What a browser has after it has opened the URL: the path of the page and the cookie. */
export interface Session {
  readonly path: string;
  readonly cookie: string;
}

export async function enter({ url, port }: Dashboard): Promise<Session> {
  const { pathname, search } = new URL(url);
  const { headers, body } = await ask(port, pathname + search);
  const cookie = headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
  const path = /content="0; url=([^"]+)"/.exec(body)?.[1] ?? '';
  return { path, cookie };
}

/** What a page is told: the name of an event, and its JSON. */
export interface Told {
  readonly event: string;
  readonly json: string;
}

/** What a page is told, until the dashboard ends. The connection ends when the test does. */
export async function events(dashboard: Dashboard): Promise<AsyncGenerator<Told, void>> {
  const { path, cookie } = await enter(dashboard);
  const stream = await begin(dashboard.port, `${path}events`, { headers: { cookie } });
  onTestFinished(() => {
    stream.destroy();
  });
  return read(stream);
}

async function* read(stream: IncomingMessage): AsyncGenerator<Told, void> {
  let event = '';
  try {
    for await (const line of createInterface(stream)) {
      if (line.startsWith('event: ')) event = line.slice('event: '.length);
      if (line.startsWith('data: ')) yield { event, json: line.slice('data: '.length) };
    }
  } catch {
    // The dashboard has ended, or the test has.
  }
}

/** The looks that a page receives. */
export async function snapshots(dashboard: Dashboard): Promise<AsyncGenerator<Snapshot, void>> {
  return looksAmong(await events(dashboard));
}

async function* looksAmong(told: AsyncGenerator<Told, void>): AsyncGenerator<Snapshot, void> {
  for await (const { event, json } of told) if (event === 'snapshot') yield JSON.parse(json) as Snapshot;
}

/** The first look of which this is true. */
export async function snapshotWith(
  looks: AsyncGenerator<Snapshot, void>,
  isMeant: (snapshot: Snapshot) => boolean,
): Promise<Snapshot> {
  for (;;) {
    const { value, done } = await looks.next();
    if (done === true) throw new Error('The dashboard has ended');
    if (isMeant(value)) return value;
  }
}
