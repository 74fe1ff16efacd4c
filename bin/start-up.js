'use strict';
const { join } = require('node:path');

/** Prepares Node.js for a short run; called before anything large is loaded. */
exports.prepare = () => {
  // Most runs end before early optimisation pays off, and code that has seen few documents is soon optimised again.
  require('node:v8').setFlagsFromString('--interrupt-budget=1000000');
  const { enableCompileCache } = require('node:module');
  if (enableCompileCache) enableCompileCache();
  else require('./compile-cache').keepCompiled(join(__dirname, '../dist'));
};
