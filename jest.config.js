/** Source runs as TypeScript through swc; types are checked by `npm run typecheck`. */
const esmOnly = ['chalk', 're2js', '@marcbachmann'];

module.exports = {
  testEnvironment: 'node',
  // Half of the time is spent in programs that tests start: every core has work.
  maxWorkers: '100%',
  maxConcurrency: 2,
  testMatch: ['<rootDir>/test/*.test.ts'],
  transform: {
    '^.+\\.(t|j|mj)s$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`, '/dist/'],
};
