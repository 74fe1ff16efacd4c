import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { open } from './browser';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** What axe finds wrong on a page, with the element of each. Axe is no script of the page, so the page's policy is off for it. */
export async function violations(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<string[]> {
  const { page } = await open(browser, file, { ...options, bypassCSP: true });
  await page.addScriptTag({ content: AXE });
  const found = await page.evaluate<Violation[]>('axe.run().then(({ violations }) => violations)');
  await page.close();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}
