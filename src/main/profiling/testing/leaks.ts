import type { Program } from './v8-profile'

export interface Leak {
  readonly name: string
  readonly program: Program
  /** The function and the file that must be found. */
  readonly culprit: readonly [name: string, file: string]
}

const MAIN = 'main.js'

/** Programs that retain some 40 MB each, in the ways that programs do. */
export const LEAKS: readonly Leak[] = [
  {
    name: 'an array of objects that grows',
    culprit: ['hoard', MAIN],
    program: {
      [MAIN]: `const kept = []
function hoard(i) { kept.push({ index: i, at: [i, i + 1, i + 2] }) }
module.exports = () => { for (let i = 0; i < 400000; i += 1) hoard(i) }`,
    },
  },
  {
    name: 'an array of numbers: only its backing store grows',
    culprit: ['record', MAIN],
    program: {
      [MAIN]: `const kept = []
function record(i) { kept.push(i + 0.5) }
module.exports = () => { for (let i = 0; i < 6000000; i += 1) record(i) }`,
    },
  },
  {
    name: 'a Map that is a cache without a bound',
    culprit: ['remember', 'cache.js'],
    program: {
      'cache.js': `module.exports = class Cache {
  entries = new Map()
  remember(key) { this.entries.set(key, { key, found: new Array(20).fill(key) }) }
}`,
      [MAIN]: `const Cache = require('./cache.js')
const cache = new Cache()
function handle(i) { cache.remember('user-' + i) }
module.exports = () => { for (let i = 0; i < 150000; i += 1) handle(i) }`,
    },
  },
  {
    name: 'closures',
    culprit: ['makeCallback', MAIN],
    program: {
      [MAIN]: `const kept = []
function makeCallback(i) { const context = new Array(60).fill(i); return () => context.length }
function register(i) { kept.push(makeCallback(i)) }
module.exports = () => { for (let i = 0; i < 80000; i += 1) register(i) }`,
    },
  },
  {
    name: 'event listeners',
    culprit: ['subscribe', MAIN],
    program: {
      [MAIN]: `const emitter = new (require('node:events'))().setMaxListeners(0)
function subscribe(i) { const seen = new Array(300).fill(i); emitter.on('change', () => seen.push(i)) }
module.exports = () => { for (let i = 0; i < 15000; i += 1) subscribe(i) }`,
    },
  },
  {
    name: 'promises that never settle',
    culprit: ['ask', MAIN],
    program: {
      [MAIN]: `const waiting = new Set()
async function ask(i) { const question = new Array(100).fill(i); const p = new Promise(() => {}); waiting.add(p); await p; return question }
module.exports = () => { for (let i = 0; i < 40000; i += 1) ask(i) }`,
    },
  },
  {
    name: 'strings',
    culprit: ['log', MAIN],
    program: {
      [MAIN]: `const lines = []
function log(i) { lines.push(('line ' + i + ' ').repeat(60).toUpperCase()) }
module.exports = () => { for (let i = 0; i < 50000; i += 1) log(i) }`,
    },
  },
  {
    name: 'a string put together piece by piece',
    culprit: ['append', MAIN],
    program: {
      [MAIN]: `let text = ''
function append(i) { text += 'piece number ' + i }
module.exports = () => { for (let i = 0; i < 800000; i += 1) append(i); return text.length }`,
    },
  },
  {
    name: 'JSON.parse of a big text',
    culprit: ['load', MAIN],
    program: {
      [MAIN]: `const kept = []
function makeText() { return JSON.stringify(Array.from({ length: 10000 }, (_, id) => ({ id, tags: [id, id, id], name: 'n' + id }))) }
function load(text) { kept.push(JSON.parse(text)) }
module.exports = () => { const text = makeText(); for (let i = 0; i < 25; i += 1) load(text) }`,
    },
  },
  {
    name: 'recursion',
    culprit: ['descend', MAIN],
    program: {
      [MAIN]: `const kept = []
function descend(depth) { kept.push(new Array(80).fill(depth)); if (depth > 0) descend(depth - 1) }
module.exports = () => { for (let i = 0; i < 60; i += 1) descend(1000) }`,
    },
  },
  {
    name: 'timers',
    culprit: ['schedule', MAIN],
    program: {
      [MAIN]: `function schedule(i) { const job = new Array(60).fill(i); setTimeout(() => job.length, 1e8) }
module.exports = () => { for (let i = 0; i < 60000; i += 1) schedule(i) }`,
    },
  },
  {
    name: 'an array built by built-in functions',
    culprit: ['tokenise', MAIN],
    program: {
      [MAIN]: `const kept = []
function tokenise(text) { kept.push(text.split(' ').concat(text.split(' ')).slice(1).reverse()) }
module.exports = () => { for (let i = 0; i < 400; i += 1) tokenise(('w' + i + ' ').repeat(2000)) }`,
    },
  },
  {
    name: 'a library that keeps what it is given',
    culprit: ['cacheImage', MAIN],
    program: {
      'node_modules/keeper/index.js': `const all = new Map()
exports.put = function put(key) { all.set(key, copy(key)) }
function copy(key) { return new Array(200).fill(key) }`,
      [MAIN]: `const keeper = require('keeper')
function cacheImage(i) { keeper.put(i) }
module.exports = () => { for (let i = 0; i < 25000; i += 1) cacheImage(i) }`,
    },
  },
  {
    name: "a stream that is written to faster than it takes: Node's own code allocates",
    culprit: ['flood', MAIN],
    program: {
      [MAIN]: `const { Writable } = require('node:stream')
const slow = new Writable({ objectMode: true, write() {} })
function flood(i) { slow.write([i]) }
module.exports = () => { for (let i = 0; i < 300000; i += 1) flood(i) }`,
    },
  },
  {
    name: 'a function without a name',
    culprit: ['(anonymous)', MAIN],
    program: {
      [MAIN]: `const kept = []
module.exports = () => { Array.from({ length: 300000 }).forEach((_, i) => { kept.push({ i, more: [i, i] }) }) }`,
    },
  },
]
