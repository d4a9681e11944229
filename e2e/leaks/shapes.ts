import type { Wrapping } from './wrappings'

/** How fast a program calls its leaking function. */
export interface Pace {
  /** Calls between two looks at the clock. */
  readonly batch: number
  /** Milliseconds that a batch may take no less than; `0` for no wait. */
  readonly everyMs: number
}

export type Shape = (wrapping: Wrapping, pace: Pace) => string

/** Time that the program does other work in a synchronous loop, and so holds the rate: with garbage of its own. */
const WORK = `
function digest(text) { let sum = 0; for (let k = 0; k < text.length; k += 1) sum = (sum * 31 + text.charCodeAt(k)) | 0; return sum }
let digests = 0
function workUntil(end) { while (performance.now() < end) digests += digest(JSON.stringify({ at: end, list: [1, 2, 3] })) }
`
const PAUSE =
  'const pause = (ms) => new Promise((resolve) => ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve))'

const batch = ({ call }: Wrapping, { batch: size }: Pace) =>
  size === 1 ? `${call}\ni += 1` : `for (let n = 0; n < ${size}; n += 1) {\n${call}\ni += 1\n}`

/** Every shape of the code around a leaking function; `i` counts its calls. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  'a synchronous loop': (wrapping, pace) => `${WORK}
setImmediate(() => {
let i = 0
for (;;) {
const end = performance.now() + ${pace.everyMs}
${batch(wrapping, pace)}
workUntil(end)
}
})`,
  'a loop without a pause': (wrapping) => `
setImmediate(() => {
for (let i = 0; ; i += 1) {
${wrapping.call}
}
})`,
  'a timer': (wrapping, pace) => `
let i = 0
setInterval(() => {
${batch(wrapping, pace)}
}, ${Math.max(1, pace.everyMs)})`,
  'a chain of promises': (wrapping, pace) => `
${PAUSE}
let i = 0
function step() {
return pause(${pace.everyMs}).then(() => {
${batch(wrapping, pace)}
}).then(() => void step())
}
step()`,
  'an async iterator': (wrapping, pace) => `
${PAUSE}
async function* arrivals() { for (let number = 0; ; number += 1) { await pause(${pace.everyMs}); yield number } }
async function serve() {
let i = 0
for await (const number of arrivals()) {
${batch(wrapping, pace)}
}
}
serve()`,
  'an event handler': (wrapping, pace) => `
const bus = new (require('node:events'))()
let i = 0
bus.on('arrived', () => {
${batch(wrapping, pace)}
})
setInterval(() => bus.emit('arrived'), ${Math.max(1, pace.everyMs)})`,
  'a recursion': (wrapping, pace) => `
let i = 0
function descend(depth) {
${wrapping.call}
i += 1
if (depth > 1) descend(depth - 1)
}
setInterval(() => {
for (let left = ${pace.batch}; left > 0; left -= 100) descend(Math.min(left, 100))
}, ${Math.max(1, pace.everyMs)})`,
}
