const base = require('../../jest.config');

/** `npm run test:cluster`: slow, and in need of programs that not every machine has, so apart from the other tests. */
module.exports = {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/cluster/*.test.ts'],
  testTimeout: 60_000,
  maxWorkers: 1,
};
