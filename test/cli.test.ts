import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectFreshBuild } from './command';
import { replay } from './transcript';

beforeAll(expectFreshBuild);

const root = 'fixtures/cli';

// `npm run transcripts` writes down what the program says now; what changed is then seen in the diff.
test.each(readdirSync(root))('%s', async (name) => {
  const path = join(root, name);
  const written = readFileSync(path, 'utf8');
  const now = await replay(written);
  if (process.env['WRITE']) writeFileSync(path, now);
  else expect(now).toBe(written);
});
