import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { BIN, run } from '../command';
import { violations } from './accessibility';
import { launch, open } from './browser';

jest.setTimeout(120_000);

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meshlint-picture-'));
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The page of a graph, as a file. */
function drawn(name: string, ...paths: string[]): string {
  const file = join(folder, `${name}.html`);
  const { stdout, status } = run('node', [BIN, 'graph', ...paths, '-o', 'html']);
  expect(status).toBe(0);
  writeFileSync(file, stdout);
  return file;
}

test('a picture follows one point and zooms', async () => {
  const { page, complaints } = await open(browser, drawn('bookinfo', 'fixtures/bookinfo'));
  expect(await page.locator('.node').count()).toBeGreaterThan(8);
  expect(await page.locator('.faded').count()).toBe(0);
  await page.getByLabel('Follow').selectOption('service default/reviews');
  expect(await page.locator('.node:not(.faded)').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringContaining('reviews-v2')]),
  );
  expect(await page.locator('.node.faded').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringContaining('details-v1')]),
  );
  await page.getByLabel('Follow').selectOption('everything');
  expect(await page.locator('.faded').count()).toBe(0);
  const width = async () => Number(await page.locator('#picture').getAttribute('width'));
  const before = await width();
  await page.getByRole('button', { name: 'Zoom in' }).press('Enter');
  expect(await width()).toBeGreaterThan(before);
  expect(complaints).toEqual([]);
  await page.close();
});

test('calls that fail at TLS are marked in the picture and in the table', async () => {
  const { page } = await open(browser, drawn('tls', 'fixtures/graph/mutual-tls.yaml'));
  expect(await page.locator('.edge.broken').count()).toBeGreaterThan(0);
  expect(await page.locator('td.bad').count()).toBe(await page.locator('.edge.broken').count());
  await page.close();
});

test('conditions that look like markup are text', async () => {
  const { page, complaints } = await open(browser, drawn('conditions', 'fixtures/page/conditions.yaml'));
  expect(await page.title()).toBe('meshlint graph');
  expect(await page.locator('main script, main img').count()).toBe(0);
  expect(await page.locator('table').innerText()).toContain("</title></svg><script>document.title='owned'</script>");
  expect(complaints).toEqual([]);
  await page.close();
});

test('axe finds nothing wrong, in light and dark colours and on a phone', async () => {
  const file = drawn('axe', 'fixtures/bookinfo');
  for (const options of [{}, { colorScheme: 'dark' as const }, { viewport: { width: 360, height: 700 } }])
    expect(await violations(browser, file, options)).toEqual([]);
});
