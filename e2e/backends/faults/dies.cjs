// A backend that dies in the way and at the time that its arguments say: `dies.cjs HOW WHEN MARK`. Once: the file MARK
// has a byte for each of its starts.
const { tracingChannel } = require('node:diagnostics_channel')
const fs = require('node:fs')

const [how, when, mark] = process.argv.slice(2)
const jobs = tracingChannel('studio.job')

const deaths = {
  'heap-out-of-memory': () => {
    for (const kept = []; ; ) kept.push(new Array(10_000).fill(Math.random()))
  },
  'memory-limit': () => {
    const kept = []
    setInterval(() => kept.push(Buffer.alloc(32 * 2 ** 20, 1)), 20)
  },
  'kernel-oom-kill': () => {
    for (const kept = []; ; ) kept.push(Buffer.alloc(16 * 2 ** 20, 1))
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
  'job-error': () => {
    const failing = () => Promise.reject(new RangeError('the image is too large'))
    jobs.tracePromise(failing, { id: 'failed' }).catch(() => {})
    if (when === 'stopping') setTimeout(() => process.exit(0), 100)
  },
}

fs.appendFileSync(mark, '.')
const start = fs.statSync(mark).size
// An earlier death, so that it is waited for after the next one.
if (when === 'waiting' && start === 1) process.exit(7)
if ((when === 'waiting' && start === 2) || (when === 'starting' && start === 1)) deaths[how]()

const first = start === 1 && when !== 'starting'
for (const id of first ? ['a', 'b', 'c'] : []) jobs.tracePromise(() => new Promise(() => {}), { id })
if (first && when === 'running') setTimeout(deaths[how], 1_500)
// What asks it to end is not answered.
process.on('SIGTERM', () => {
  if (when !== 'stopping') process.exit(0)
  console.log('has been asked to stop')
  deaths[how]()
})
console.log(first ? 'lives for now' : 'lives')
setInterval(() => {}, 1_000)
