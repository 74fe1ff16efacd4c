#!/usr/bin/env node
'use strict';
const { version } = require('../package.json');

// Asked for in every installation script, and not worth loading the rest for.
if (process.argv[2] === '--version' || process.argv[2] === '-V') console.log(version);
else {
  // Most runs end before early optimisation pays off, and code that has seen few documents is soon optimised again.
  require('node:v8').setFlagsFromString('--interrupt-budget=1000000');
  // Node.js 22 keeps what it compiles for the next run, which then starts a quarter sooner.
  require('node:module').enableCompileCache?.();
  require('../dist/cli.cjs').main(process.argv, version);
}
