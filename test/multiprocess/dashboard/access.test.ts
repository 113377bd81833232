import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Access } from '../../../packages/multiprocess/build/dashboard/serve/access.js';
import { command } from '../command.js';
import { ask, enter, snapshots, startDashboard } from './start-dashboard.js';
import type { Dashboard } from './start-dashboard.js';

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await startDashboard();
});

const SECRET = /^[\w-]{43}$/; // 32 bytes as base64url

test('prints one URL on loopback, with a token that is another one each time', async () => {
  const other = await startDashboard();
  const tokens = [dashboard, other].map(({ url }) => {
    const { hostname, pathname, searchParams } = new URL(url);
    expect([hostname, pathname]).toEqual(['127.0.0.1', '/']);
    return searchParams.get('token');
  });
  for (const token of tokens) expect(token).toMatch(SECRET);
  expect(tokens[0]).not.toBe(tokens[1]);
  expect(dashboard.child.lines).toHaveLength(1);
});

test('listens on loopback only', async () => {
  const { port } = dashboard;
  const socket = createConnection({ host: '127.0.0.2', port });
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('the URL leads to a page at a path of its own, whose cookie no other path gets', async () => {
  const { pathname, search } = new URL(dashboard.url);
  const answer = await ask(dashboard.port, pathname + search);
  const { path, cookie } = await enter(dashboard);
  expect(path.slice(1, -1)).toMatch(SECRET);
  expect(answer.headers['set-cookie']).toEqual([`${cookie}; Path=${path}; HttpOnly; SameSite=Strict`]);
  expect(answer.body).not.toContain(new URL(dashboard.url).searchParams.get('token'));
  const page = await ask(dashboard.port, path, { headers: { cookie } });
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  for (const file of ['page.js', 'style.css', 'icon.svg']) {
    expect(await ask(dashboard.port, path + file, { headers: { cookie } })).toMatchObject({ status: 200 });
  }
  expect(await ask(dashboard.port, `${path}../main.js`, { headers: { cookie } })).toMatchObject({ status: 403 });
  expect(await ask(dashboard.port, `${path}%2e%2e/package.json`, { headers: { cookie } })).toMatchObject({
    status: 403,
  });
  expect(await ask(dashboard.port, `${path}main.js`, { headers: { cookie } })).toMatchObject({ status: 404 });
});

describe('is refused:', () => {
  test.each(['/', '/?token=', '/?token=wrong', '/?token[]=1', '/events', '/page.js', '/favicon.ico', '//x/', '*'])(
    'a request of %s',
    async (path) => {
      const { port } = dashboard;
      expect(await ask(port, path)).toMatchObject({ status: 403 });
    },
  );

  test('a token that is cut, longer, or of another dashboard', async () => {
    const { url, port } = dashboard;
    const other = await startDashboard();
    const { search } = new URL(url);
    for (const wrong of [search.slice(0, -1), `${search}x`, new URL(other.url).search]) {
      expect(await ask(port, `/${wrong}`)).toMatchObject({ status: 403 });
    }
    expect(await ask(port, `/${search}`)).toMatchObject({ status: 200 });
  });

  test.each(['', 'page.js', 'style.css', 'events', 'nothing'])('the page’s %j without its cookie', async (file) => {
    const { path, cookie } = await enter(dashboard);
    const forged = `${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`;
    for (const headers of [{}, { cookie: 'other=1' }, { cookie: forged }]) {
      expect(await ask(dashboard.port, path + file, { headers })).toMatchObject({ status: 403 });
    }
  });

  test('the cookie at another path', async () => {
    const { cookie } = await enter(dashboard);
    expect(await ask(dashboard.port, '/events', { headers: { cookie } })).toMatchObject({ status: 403 });
  });

  test.each(['evil.example', 'evil.example:PORT', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example:PORT'])(
    'the right token for the host %j, as after DNS rebinding',
    async (host) => {
      const { search } = new URL(dashboard.url);
      const { path, cookie } = await enter(dashboard);
      const headers = { host: host.replace('PORT', String(dashboard.port)), cookie };
      expect(await ask(dashboard.port, `/${search}`, { headers })).toMatchObject({ status: 403 });
      expect(await ask(dashboard.port, `${path}page.js`, { headers })).toMatchObject({ status: 403 });
    },
  );

  test.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s, since it can only be read', async (method) => {
    const { path, cookie } = await enter(dashboard);
    const answer = await ask(dashboard.port, path, { method, headers: { cookie } });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET' }, body: '' });
  });
});

test('localhost is a name of it, too', async () => {
  const headers = { host: `localhost:${dashboard.port}` };
  expect(await ask(dashboard.port, `/${new URL(dashboard.url).search}`, { headers })).toMatchObject({ status: 200 });
});

test.each(['127.0.0.1', 'localhost'])('at port 80 the host is %s without a port, as browsers send it', (host) => {
  const access = new Access();
  const request = { headers: { host }, url: access.urlAt(80).slice('http://127.0.0.1:80'.length) };
  expect(access.grant(request as IncomingMessage, 80)).toBe('entrance');
  expect(access.grant({ ...request, headers: { host: `${host}:80` } }, 80)).toBe('forbidden');
  expect(access.grant(request as IncomingMessage, 8000)).toBe('forbidden');
});

test('a program that keeps hundreds of connections open, and shows no token, keeps no page out', async () => {
  const connect = async (say: string): Promise<void> => {
    const socket = createConnection({ host: '127.0.0.1', port: dashboard.port });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(say);
  };
  const looks = await snapshots(dashboard);
  const next = async () => expect(await looks.next()).toMatchObject({ done: false });
  await next();
  for (let many = 0; many < 200; many++) await connect('');
  for (let many = 0; many < 200; many++) await connect('GET / HTTP/1.1\r\nHost:'); // and never the rest
  expect(await ask(dashboard.port, `/${new URL(dashboard.url).search}`)).toMatchObject({ status: 200 });
  await next();
  await next(); // the page that was open stays so
});

test('of very many pages the last are told that there are too many; those that are open stay so', async () => {
  const crowded = await startDashboard();
  const { path, cookie } = await enter(crowded);
  const open: IncomingMessage[] = [];
  let status: number | undefined;
  while (status === undefined) {
    const asked = get({
      host: '127.0.0.1',
      port: crowded.port,
      path: `${path}events`,
      headers: { cookie },
      agent: false,
    });
    const [page] = (await once(asked, 'response')) as [IncomingMessage];
    onTestFinished(() => void page.destroy());
    if (page.statusCode === 200) open.push(page);
    else status = page.statusCode;
  }
  expect([status, open.length]).toEqual([503, 64]);
  for (const page of open) await once(page, 'data');
});

test('every answer says that nothing is to be loaded, embedded, told or kept elsewhere', async () => {
  const { path, cookie } = await enter(dashboard);
  const own = { headers: { cookie, origin: 'https://evil.example' } };
  const answers = [
    await ask(dashboard.port, `/${new URL(dashboard.url).search}`),
    await ask(dashboard.port, '/'),
    await ask(dashboard.port, '/', { method: 'POST' }),
    await ask(dashboard.port, path, own),
    await ask(dashboard.port, `${path}page.js`, own),
    await ask(dashboard.port, `${path}nothing`, own),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 403, 405, 200, 200, 404]);
  for (const { headers } of answers) {
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});

test.each([
  [['--port', 'x'], '--port must be 0 to 65535, received "x"'],
  [['--port', '65536'], '--port must be 0 to 65535, received "65536"'],
  [['--open', '--no-open'], '--open or --no-open?'],
])('%j is a wrong usage', async (args, message) => {
  expect(await command('dashboard', ...args)).toMatchObject({ status: 2, stderr: `${message}\n` });
});

test('a port that is taken is an error', async () => {
  const { port } = dashboard;
  const outcome = await command('dashboard', '--port', String(port));
  expect(outcome).toMatchObject({ status: 1, output: '' });
  expect(outcome.stderr).toContain('EADDRINUSE');
});
