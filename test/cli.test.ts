import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectFreshBuild } from './command';
import { replay } from './transcript';

expectFreshBuild();

const root = 'fixtures/cli';

// Two at once: what comes last of a run would leave a core without work.
// `npm run transcripts` writes down what the program says now; what changed is then seen in the diff.
test.concurrent.each(readdirSync(root))(
  '%s',
  async (name) => {
    const path = join(root, name);
    const written = readFileSync(path, 'utf8');
    const now = await replay(written);
    if (process.env['WRITE']) writeFileSync(path, now);
    else expect(now).toBe(written);
  },
  120_000,
);
