import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { BIN, run } from '../command';
import { violations } from './accessibility';
import { launch, open } from './browser';

jest.setTimeout(120_000);

let browser: Browser;
let folder: string;
/** The pages by their names. */
const pages = { hostile: '', plain: '' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meshlint-page-'));
  pages.hostile = join(folder, 'hostile.html');
  pages.plain = join(folder, 'plain.html');
  run('node', [BIN, 'lint', 'fixtures/page/hostile.yaml', '-f', `html:${pages.hostile}`]);
  const mixed = ['fixtures/rules/unknown-host', 'fixtures/rules/unused-gateway'];
  run('node', [BIN, 'lint', ...mixed, '--world', 'closed', '-f', `html:${pages.plain}`]);
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const shown = (page: Page): Promise<number> => page.locator('article.finding:visible').count();

describe('a page about hostile configuration', () => {
  test('shows all of it as text, runs none of it, and asks for nothing', async () => {
    const { page, complaints } = await open(browser, pages.hostile);
    expect(await page.title()).toBe('meshlint report');
    expect(await shown(page)).toBeGreaterThan(3);
    expect(await page.locator('main img, main svg, main b, main u, main script').count()).toBe(0);
    expect(await page.locator('main').innerText()).toContain("<img src=x onerror=document.title='owned'>");
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('holds neither secrets nor characters that reorder text', () => {
    const text = readFileSync(pages.hostile, 'utf8');
    expect(text).not.toContain('c2VjcmV0LW9mLXRoZS1wYWdl');
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u001b]/);
  });

  test('would refuse a script that came in all the same', async () => {
    const { page, complaints } = await open(browser, pages.hostile);
    await page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = "document.title = 'owned'";
      document.body.append(script);
      fetch('https://example.com/').catch(() => undefined);
    }`);
    await page.waitForTimeout(200);
    expect(await page.title()).toBe('meshlint report');
    expect(complaints.filter((each) => each.includes('Content Security Policy'))).not.toEqual([]);
    expect(complaints.filter((each) => !/^console: .*violates the.* Content Security Policy/.test(each))).toEqual([]);
    await page.close();
  });
});

describe('the filters', () => {
  test('choose by severity, rule, namespace and file, with the keyboard alone', async () => {
    const { page, complaints } = await open(browser, pages.plain);
    const all = await shown(page);
    const rule = page.locator('select[name=rule]');
    await rule.focus();
    await page.keyboard.press('ArrowDown');
    const one = await shown(page);
    expect(one).toBeGreaterThan(0);
    expect(one).toBeLessThan(all);
    expect(await page.locator('#shown').innerText()).toBe(`${one} of ${all} findings shown`);
    await rule.selectOption('');
    for (const name of ['namespace', 'file']) {
      const choice = page.locator(`select[name=${name}]`);
      await choice.selectOption({ index: 1 });
      expect(await shown(page)).toBeGreaterThan(0);
      await choice.selectOption('');
    }
    await page.locator('input[value=error]').press('Space');
    expect(await page.locator('article.error:visible').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('find words of a message or of a line of the file', async () => {
    const { page } = await open(browser, pages.plain);
    await page.getByLabel('Search').fill('UNKNOWN-HOST not defined');
    const found = await shown(page);
    expect(found).toBeGreaterThan(0);
    expect(await page.locator('article[data-rule="unknown-host"]:visible').count()).toBe(found);
    await page.getByLabel('Search').fill('nothing has these words');
    expect(await shown(page)).toBe(0);
    await page.close();
  });
});

test('a finding leads to its rule, which opens', async () => {
  const { page } = await open(browser, pages.plain);
  await page.locator('article.finding .where a').first().click();
  await page.locator('details.rule[open]').waitFor();
  expect(await page.locator('details.rule[open]').innerText()).toContain('meshlint explain');
  await page.close();
});

test('on paper all findings are there, and no controls', async () => {
  const { page } = await open(browser, pages.plain);
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('form:visible, button:visible').count()).toBe(0);
  expect(await shown(page)).toBe(await page.locator('article.finding').count());
  await page.close();
});

test('without a script everything is readable', async () => {
  const { page } = await open(browser, pages.plain, { javaScriptEnabled: false });
  expect(await shown(page)).toBeGreaterThan(3);
  expect(await page.locator('form:visible, button:visible').count()).toBe(0);
  await page.close();
});

describe('axe finds nothing wrong', () => {
  const PHONE = { viewport: { width: 360, height: 700 } };
  test.each([
    ['in light colours', {}],
    ['in dark colours', { colorScheme: 'dark' as const }],
    ['on a phone', PHONE],
  ])('%s', async (_, options) => {
    expect(await violations(browser, pages.plain, options)).toEqual([]);
    expect(await violations(browser, pages.hostile, options)).toEqual([]);
  });

  test('a phone need not scroll sideways', async () => {
    const { page } = await open(browser, pages.hostile, PHONE);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await page.close();
  });
});
