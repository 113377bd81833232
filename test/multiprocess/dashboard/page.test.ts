import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Queue } from '@multiprocess/queue';
import { Lock } from '@multiprocess/sync';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findBrowser } from '../../helpers/find-browser.js';
import { makeDeadlock } from './deadlock.js';
import { startDashboard } from './start-dashboard.js';
import type { Dashboard } from './start-dashboard.js';

const executablePath = findBrowser();
const reason = executablePath === undefined ? ' (skipped: no Chromium in PATH)' : '';

const screenshots = fileURLToPath(new URL('../../.cache/screenshots/', import.meta.url));

describe.skipIf(executablePath === undefined)(`the page in a browser${reason}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []; // as root Chromium has no sandbox
    browser = await chromium.launch({ executablePath: executablePath!, args });
  });

  afterAll(() => browser.close());

  interface Look {
    readonly width?: number;
    readonly scheme?: 'dark' | 'light';
  }

  interface Opened {
    readonly page: Page;
    /** What the page has asked for. */
    readonly requests: readonly string[];
    /** What went wrong in it. */
    readonly complaints: readonly string[];
  }

  async function open({ url }: Dashboard, { width = 1440, scheme = 'light' }: Look = {}): Promise<Opened> {
    const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const [requests, complaints]: [string[], string[]] = [[], []];
    page.on('request', (one) => requests.push(one.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`));
    await page.goto(url);
    await page.waitForSelector('#status[data-state=live]');
    return { page, requests, complaints };
  }

  const screenshot = async (page: Page, name: string): Promise<number> => {
    const path = `${screenshots}${name}.png`;
    await page.screenshot({ path, fullPage: true });
    return statSync(path).size;
  };

  /** Red, green and blue of the first such element. */
  const colour = (page: Page, selector: string, property: string) =>
    page.evaluate<number[]>(
      `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}.match(/\\d+/g).map(Number)`,
    );

  /** Waits until all that is drawn has been drawn. */
  const drawn = (page: Page) => page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');

  test.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 375],
    ['dark', 375],
  ] as const)('a deadlock is drawn in red and told, %s, %i pixels wide', async (scheme, width) => {
    using stuck = await makeDeadlock();
    using queue = new Queue({ name: 'jobs' });
    queue.putSync(1);
    const dashboard = await startDashboard();
    const { page, complaints, requests } = await open(dashboard, { scheme, width });
    await page.waitForSelector('#circles li[data-deadlock]');
    expect(await page.textContent('#circles')).toMatch(/^DEADLOCK: \d+ -> \d+ -> \d+\. Each is blocked/);
    expect(await page.title()).toContain('1 deadlock');
    const rows = await page.locator('.process[data-deadlocked] .rows li[data-line=deadlock]').allTextContents();
    expect(rows.sort()).toEqual(['blocked on accounts', 'blocked on report', 'holds accounts', 'holds report']);
    expect(await page.locator('.object[data-deadlocked] .title').allTextContents()).toEqual(['accounts', 'report']);
    expect(await page.locator('.edges g path[data-line=deadlock]').count()).toBe(4);
    const [red = 0, green = 0, blue = 0] = await colour(page, '.edges g path[data-line=deadlock]', 'stroke');
    expect(red).toBeGreaterThan(1.5 * Math.max(green, blue));
    const [background = 0] = await colour(page, ':root', 'backgroundColor');
    if (scheme === 'dark') expect(background).toBeLessThan(64);
    else expect(background).toBeGreaterThan(192);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(await page.locator('.plot canvas').count()).toBe(2);
    await drawn(page);
    expect(await screenshot(page, `deadlock-${scheme}-${width}`)).toBeGreaterThan(10_000);
    expect(complaints).toEqual([]);
    expect(new Set(requests.map((url) => new URL(url).origin))).toEqual(new Set([new URL(dashboard.url).origin]));
    expect(page.url()).not.toContain('token');
    await stuck.first.kill();
    await page.waitForSelector('#circles:empty', { state: 'attached' });
  });

  test('what other programs write is text, never markup', async () => {
    const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    using _ = await makeDeadlock(markup);
    const { page, complaints } = await open(await startDashboard());
    await page.waitForSelector('.process[data-deadlocked]');
    const titles = await page.locator('.process .title').allTextContents();
    expect(titles.some((title) => title.includes(markup))).toBe(true);
    await page.click('#view-tables');
    expect(await page.textContent('#tables')).toContain(markup);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('without any process it says what to start', async () => {
    const directory = `${process.env['MULTIPROCESS_DIR'] ?? ''}-empty`;
    const { page } = await open(await startDashboard([], { MULTIPROCESS_DIR: directory }), { width: 375 });
    await page.waitForSelector('#empty:not([hidden])');
    expect(await page.textContent('#empty')).toContain("from 'multiprocess'");
    expect(await page.textContent('#directory')).toBe(directory);
    await screenshot(page, 'empty');
  });

  test('the tables say what the graph says', async () => {
    using _ = await makeDeadlock();
    using queue = new Queue({ name: 'jobs' });
    queue.putSync('one');
    const { page } = await open(await startDashboard());
    await page.click('#view-tables');
    expect(await page.getAttribute('#view-tables', 'aria-pressed')).toBe('true');
    const row = async (text: string) => (await page.locator('tr', { hasText: text }).allTextContents()).join('\n');
    await expect.poll(() => row('take-both.mjs')).toMatch(/accounts.*report \(deadlock\)/s);
    expect(await row('queue.Queue')).toContain('jobs');
    expect(await page.locator('#graph, #plots').filter({ visible: true }).count()).toBe(0);
    await screenshot(page, 'tables');
  });

  test('the colours are chosen by a switch, which is remembered, and the page can be loaded again', async () => {
    using lock = new Lock({ name: 'accounts' });
    const { page } = await open(await startDashboard(), { scheme: 'light' });
    const background = () => colour(page, ':root', 'backgroundColor');
    const light = await background();
    await page.selectOption('#theme', 'dark');
    const dark = await background();
    expect(dark).not.toEqual(light);
    await page.reload();
    await page.waitForSelector('#status[data-state=live]');
    expect(await background()).toEqual(dark);
    await page.selectOption('#theme', 'auto');
    expect(await background()).toEqual(light);
    lock.close();
  });

  test('the keyboard goes from card to card, and what belongs to one stands out', async () => {
    using _ = await makeDeadlock();
    const { page } = await open(await startDashboard());
    await page.waitForSelector('.process[data-deadlocked]');
    await page.locator('.process').first().focus();
    const focused = () => page.evaluate("document.activeElement?.querySelector('.title')?.textContent");
    const first = await focused();
    await page.keyboard.press('ArrowDown');
    expect(await focused()).not.toBe(first);
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe(first);
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('accounts');
    expect(await page.locator('.edges path[data-state=active]').count()).toBeGreaterThan(0);
    // One stop of the tabulator for all cards.
    expect(await page.locator('.card[tabindex="0"]').count()).toBe(1);
  });

  test('cards stay where they are while their numbers change', async () => {
    using _ = await makeDeadlock();
    using queue = new Queue({ name: 'jobs' });
    const { page } = await open(await startDashboard());
    const places = () =>
      page.evaluate<number[]>(
        "Array.from(document.querySelectorAll('.card'), (card) => card.getBoundingClientRect().top)",
      );
    await page.waitForSelector('.process[data-deadlocked]');
    const before = await places();
    for (let look = 1; look <= 3; look++) {
      await queue.put(look);
      await page.locator('.object .meta', { hasText: `${look} item` }).waitFor();
      expect(await places()).toEqual(before);
    }
  });

  test('a server that is stopped, goes on, ends, and is followed by another is told apart', async () => {
    using _ = new Lock({ name: 'accounts' });
    const dashboard = await startDashboard();
    const { page } = await open(dashboard);
    const inState = (state: string) => page.waitForSelector(`#status[data-state=${state}]`);
    process.kill(dashboard.child.pid, 'SIGSTOP');
    await inState('silent');
    expect(await page.textContent('#problem')).toContain('stopped');
    process.kill(dashboard.child.pid, 'SIGCONT');
    await inState('live');
    expect(await page.isHidden('#problem')).toBe(true);
    await dashboard.child.kill('SIGINT');
    await inState('lost');
    await startDashboard(['--port', String(dashboard.port)]);
    await inState('refused');
    expect(await page.textContent('#problem')).toContain('a new address');
  });
});
