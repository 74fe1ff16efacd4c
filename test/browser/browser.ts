import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser that `test/browser/prepare.sh` found or installed, without a window. */
export function launch(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? PROGRAMS.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('no Chromium here: test/browser/prepare.sh installs it');
  // Root, as which containers run, gets no sandbox; the pages are ours.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A page, and everything that it did but must not. */
export interface Opened {
  readonly page: Page;
  readonly complaints: string[];
}

/** Opens a file. Each message of its console, error, dialog and request to elsewhere is a complaint. */
export async function open(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== `file://${file}`) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  return { page, complaints };
}
