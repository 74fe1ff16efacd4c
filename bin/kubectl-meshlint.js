#!/usr/bin/env node
'use strict';
const { version } = require('../package.json');

require('./start-up').prepare();
require('../dist/cli.cjs').main(process.argv, version, 'kubectl meshlint');
