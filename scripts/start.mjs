// `npm start`: the main jobs on the embedded example, as a user would do them.
import { spawnSync } from 'node:child_process';

const ROUTES = 'fixtures/bookinfo-networking/virtual-service-reviews-test-v2';
const SUBSETS = 'fixtures/bookinfo-networking/destination-rule-all';
const REQUEST = ['--from', 'productpage-v1.default', '--user', 'jason', 'http://reviews:9080/reviews/0'];

// Without the DestinationRule the subsets of the route do not exist, which is an error.
const jobs = [
  { does: 'Lint the mesh', args: ['lint', 'fixtures/bookinfo', ROUTES, SUBSETS], status: 0 },
  { does: 'Lint it without its DestinationRules', args: ['lint', 'fixtures/bookinfo', ROUTES], status: 1 },
  { does: "Simulate jason's request", args: ['simulate', 'fixtures/bookinfo', ROUTES, SUBSETS, ...REQUEST], status: 0 },
];
for (const { does, args, status } of jobs) {
  console.log(`# ${does}\n$ meshlint ${args.join(' ')}`);
  const ended = spawnSync(process.execPath, ['bin/meshlint.js', ...args], { stdio: 'inherit' });
  if (ended.status !== status) process.exit(ended.status || 1);
  console.log();
}
