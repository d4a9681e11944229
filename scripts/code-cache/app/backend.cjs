// @ts-check
// A backend under the app's bootstrap: sends main what V8 has compiled by then. `backend.cjs DIST_FOLDER`.
const path = require('node:path')

const dist = process.argv.at(-1) ?? ''
/** @type {typeof import('../../../src/common/tracing/dd-trace/bundle')} */
const { codeCaches } = require(path.join(dist, 'dd-trace/index.cjs'))

// Right at the start: code compiled only for a first request would be read back at every start.
process.parentPort.postMessage(codeCaches())
