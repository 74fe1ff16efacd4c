// `npm start`: the main job on the embedded example, as a user would do it.
import { spawnSync } from 'node:child_process';

const jobs = [
  ['lint', 'fixtures/bookinfo'],
  [
    'simulate',
    'fixtures/bookinfo',
    '--from',
    'productpage-v1.default',
    '--user',
    'jason',
    'http://reviews:9080/reviews/0',
  ],
];
for (const job of jobs) {
  console.log(`$ meshlint ${job.join(' ')}`);
  const { status } = spawnSync(process.execPath, ['bin/meshlint.js', ...job], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
