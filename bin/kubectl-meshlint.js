#!/usr/bin/env node
'use strict';
const { version } = require('../package.json');

require('../dist/cli.cjs').main(process.argv, version, 'kubectl meshlint');
