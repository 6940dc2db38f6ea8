#!/usr/bin/env node
'use strict';
const { join } = require('node:path');

require('../dist/authctl.cjs').start(join(__dirname, '..', 'dist'));
