import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Embedded, PageParts } from '../report/page/document';

/** The parts of a page that only shows results. */
export const reportParts = (): PageParts => ({ style: embedded('page.css'), script: embedded('report.js') });

/** A file of dist/page/, with the hash by which a Content-Security-Policy allows it. */
function embedded(name: string): Embedded {
  const text = readFileSync(join(__dirname, 'page', name), 'utf8').trim();
  return { text, hash: createHash('sha256').update(text).digest('base64') };
}
