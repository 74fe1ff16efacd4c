// `npm start`: the main job on the embedded example, as a user would do it.
import { spawnSync } from 'node:child_process';

const jobs = [['lint', 'fixtures/bookinfo']];
for (const job of jobs) {
  console.log(`$ meshlint ${job.join(' ')}`);
  const { status } = spawnSync(process.execPath, ['bin/meshlint.js', ...job], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
