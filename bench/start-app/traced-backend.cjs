// @ts-check
require('dd-trace').init()
require('./backend.cjs')
