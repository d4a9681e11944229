// A backend that dies in the way and at the time that its arguments say: `dies.cjs HOW WHEN MARK`. Once: when the file
// MARK is there it lives.
const { tracingChannel } = require('node:diagnostics_channel')
const fs = require('node:fs')

const [how, when, mark] = process.argv.slice(2)

const deaths = {
  'heap-out-of-memory': () => {
    for (const kept = []; ; ) kept.push(new Array(10_000).fill(Math.random()))
  },
  'memory-limit': () => {
    const kept = []
    setInterval(() => kept.push(Buffer.alloc(32 * 2 ** 20, 1)), 20)
  },
  killed: () => process.kill(process.pid, 'SIGKILL'),
  crash: () => process.abort(),
  'error-exit': () => process.exit(7),
  throws: () => {
    throw new Error('an error that nobody caught')
  },
  unresponsive: () => {
    for (;;) Math.sqrt(2)
  },
}

const first = !fs.existsSync(mark)
fs.writeFileSync(mark, '')
if (first && when === 'starting') deaths[how]()
else {
  for (const id of first ? ['a', 'b', 'c'] : [])
    tracingChannel('studio.job').tracePromise(() => new Promise(() => {}), { id })
  if (first && when === 'running') setTimeout(deaths[how], 1_500)
  // What asks it to end is not answered.
  process.on('SIGTERM', () => (when === 'stopping' ? deaths[how]() : process.exit(0)))
  console.log(first ? 'lives for now' : 'lives')
  setInterval(() => {}, 1_000)
}
