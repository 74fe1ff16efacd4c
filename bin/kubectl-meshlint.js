#!/usr/bin/env node
'use strict';
const { version } = require('../package.json');

require('node:module').enableCompileCache?.(); // see meshlint.js
require('../dist/cli.cjs').main(process.argv, version, 'kubectl meshlint');
