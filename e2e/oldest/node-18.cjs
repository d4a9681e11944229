// What Node 18.17 of Electron 27 lacks and Node 20.14 has: loaded into every process of that run, and of no other.
// @ts-expect-error it has no types
Object.assign(require('node:diagnostics_channel'), require('dc-polyfill'))
