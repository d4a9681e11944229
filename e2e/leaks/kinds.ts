import type { Chance } from '../support/engine/chance/chance'

/** A kind of memory that a leak retains. */
export interface Kind {
  readonly name: string
  /** Declarations that the leaking function refers to. */
  readonly shared: string
  /** The statements of the leaking function; `i` is a number that grows. */
  readonly body: string
  /** About the bytes that one call retains. */
  readonly bytes: number
  /** A constructor that does the allocating, and is as right an answer as the function that calls it. */
  readonly constructs?: string
  /** True if what is retained lies outside V8's heap. */
  readonly isOutside?: true
}

export type MakeKind = (chance: Chance) => Kind

const KIB = 1_024

/** Every kind of memory that a program retains; the sizes are drawn. */
export const KINDS: readonly [MakeKind, ...MakeKind[]] = [
  arrayOfNumbers,
  arrayOfObjects,
  builtArray,
  map,
  setOfStrings,
  closures,
  listeners,
  strings,
  json,
  splitText,
  instances,
  constructed,
  promises,
  smallTypedArrays,
  buffers,
]

function arrayOfNumbers(chance: Chance): Kind {
  const length = chance.whole(40, 4_000)
  return {
    name: 'arrays of numbers',
    shared: KEPT,
    body: `kept.push(new Array(${length}).fill(i + 0.5))`,
    bytes: length * 8 + 64,
  }
}

function arrayOfObjects(chance: Chance): Kind {
  const count = chance.whole(4, 60)
  const one = chance.pick([
    '{ index: i, at: [i, i + 1, k] }',
    '{ x: i + 0.5, y: k + 0.25, tags: [i] }',
    '[i, k, [i + k]]',
  ])
  return {
    name: 'arrays of objects',
    shared: KEPT,
    body: `for (let k = 0; k < ${count}; k += 1) kept.push(${one})`,
    bytes: count * 80,
  }
}

function builtArray(chance: Chance): Kind {
  const length = chance.whole(30, 2_000)
  const build = chance.pick([
    `Array.from({ length: ${length} }, () => i)`,
    `[...TEMPLATE].map((one) => one + i)`,
    `TEMPLATE.concat(i)`,
    `TEMPLATE.slice(0, -1)`,
  ])
  return {
    name: 'arrays from built-in functions',
    shared: `${KEPT}\nconst TEMPLATE = new Array(${length}).fill(0.5)`,
    body: `kept.push(${build})`,
    bytes: length * 6,
  }
}

function map(chance: Chance): Kind {
  const [length, key] = [chance.whole(4, 400), chance.pick(["'user-' + i", 'i', "[i, i % 7].join('/')"])]
  return {
    name: 'a Map without a bound',
    shared: 'const cache = new Map()',
    body: `cache.set(${key}, { key: i, found: new Array(${length}).fill(i) })`,
    bytes: length * 4 + 120,
  }
}

function setOfStrings(chance: Chance): Kind {
  const count = chance.whole(4, 40)
  return {
    name: 'a Set of strings',
    shared: 'const seen = new Set()',
    body: `for (let k = 0; k < ${count}; k += 1) seen.add('request ' + i + '/' + k + ' of a session')`,
    bytes: count * 100,
  }
}

function closures(chance: Chance): Kind {
  const length = chance.whole(10, 1_000)
  return {
    name: 'closures',
    shared: KEPT,
    body: `const context = new Array(${length}).fill(i)
kept.push(() => context.length)`,
    bytes: length * 4 + 120,
  }
}

function listeners(chance: Chance): Kind {
  const length = chance.whole(20, 1_000)
  return {
    name: 'event listeners',
    shared: "const emitter = new (require('node:events'))().setMaxListeners(0)",
    body: `const state = new Array(${length}).fill(i)
emitter.on('done', () => state.length)`,
    bytes: length * 4 + 150,
  }
}

function strings(chance: Chance): Kind {
  const length = chance.whole(100, 8_000)
  const make = chance.pick([
    `Buffer.alloc(${length}, 97 + (i % 26)).toString('latin1')`,
    `String(i).padEnd(${length}, 'x').replaceAll('x', 'y')`,
    `JSON.stringify({ i, text: FILLING })`,
  ])
  return {
    name: 'strings',
    shared: `${KEPT}\nconst FILLING = 'z'.repeat(${length})`,
    body: `kept.push(${make})`,
    bytes: length + 48,
  }
}

function json(chance: Chance): Kind {
  const count = chance.whole(4, 200)
  return {
    name: 'parsed JSON',
    shared: `${KEPT}
const TEXT = JSON.stringify(Array.from({ length: ${count} }, (_, k) => ({ id: k, tags: ['a' + k], at: k / 3 })))`,
    body: `kept.push(JSON.parse(TEXT), i)`,
    bytes: count * 110,
  }
}

function splitText(chance: Chance): Kind {
  const count = chance.whole(20, 600)
  return {
    name: 'pieces of a text',
    shared: KEPT,
    body: `kept.push(('frame ' + i + ' of a long session;').repeat(${count}).split(';'))`,
    bytes: count * 60,
  }
}

function instances(chance: Chance): Kind {
  const count = chance.whole(2, 30)
  return {
    name: 'instances',
    shared: `${KEPT}
class Tile { constructor(x, y, pixels) { this.x = x; this.y = y; this.pixels = pixels } }`,
    body: `for (let k = 0; k < ${count}; k += 1) kept.push(new Tile(i, k, [i + 0.5, k + 0.5, 1, 2]))`,
    bytes: count * 120,
  }
}

function constructed(chance: Chance): Kind {
  const length = chance.whole(8, 900)
  return {
    name: 'instances that fill themselves',
    shared: `${KEPT}
class Layer { constructor(i) { this.index = i; this.pixels = new Array(${length}).fill(i) } }`,
    body: 'kept.push(new Layer(i))',
    bytes: length * 4 + 90,
    constructs: 'Layer',
  }
}

function promises(chance: Chance): Kind {
  const length = chance.whole(10, 600)
  return {
    name: 'promises',
    shared: KEPT,
    // A pending promise retains who waits for it, and not what resolves it. No push: that would allocate the array anew, elsewhere.
    body: `const state = new Array(${length}).fill(i)
const pending = new Promise((resolve) => { state[0] = resolve })
pending.then(() => state.length)
kept.push(pending)`,
    bytes: length * 4 + 400,
  }
}

function smallTypedArrays(chance: Chance): Kind {
  const count = chance.whole(2, 40)
  return {
    name: 'small typed arrays',
    shared: KEPT,
    body: `for (let k = 0; k < ${count}; k += 1) kept.push(new Float64Array(6).fill(i + k))`,
    bytes: count * 220,
  }
}

/** Beyond 64 bytes a typed array's numbers lie outside V8's heap. */
function buffers(chance: Chance): Kind {
  const bytes = chance.whole(64, 1_024) * KIB
  return {
    name: 'Buffers and typed arrays',
    shared: KEPT,
    body: `kept.push(${chance.pick([`Buffer.alloc(${bytes}, i)`, `new Float64Array(${bytes / 8}).fill(i)`])})`,
    bytes,
    isOutside: true,
  }
}

const KEPT = 'const kept = []'
