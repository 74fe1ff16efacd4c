#!/usr/bin/env node
'use strict';
const { version } = require('../package.json');

// Asked for in every installation script, and not worth loading the rest for.
if (process.argv[2] === '--version' || process.argv[2] === '-V') {
  process.stdout.on('error', ({ code, message }) => {
    if (code === 'EPIPE') return;
    const why = code === 'ENOSPC' ? 'no space left on the device' : message;
    console.error(`meshlint: cannot write to standard output: ${why}`);
    process.exitCode = 2;
  });
  console.log(version);
} else {
  require('./start-up').prepare();
  require('../dist/cli.cjs').main(process.argv, version);
}
