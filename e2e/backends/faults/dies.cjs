// A backend that dies in the way and at the time that its arguments say: `dies.cjs HOW WHEN MARK`. The file MARK has a
// byte for each of its starts: while it starts it dies twice (`FIRST+SECOND`, or both times alike), else once; while it
// runs when there is a file MARK.now.
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
  // Not in a loop: several at one time would take the processors from each other.
  unresponsive: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  loop: () => {
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
const [firstWay, secondWay = how === 'job-error' ? null : firstWay] = how.split('+')
const atLoad = [firstWay, secondWay][start - 1]
if (when === 'starting' && atLoad) deaths[atLoad]()

const first = start === 1 && when !== 'starting'
for (const id of first ? ['a', 'b', 'c'] : []) jobs.tracePromise(() => new Promise(() => {}), { id })
if (first && when === 'running') {
  const waiting = setInterval(() => {
    if (!fs.existsSync(`${mark}.now`)) return
    clearInterval(waiting)
    deaths[how]()
  }, 20)
}
// Requests to stop are ignored.
process.on('SIGTERM', () => {
  if (when !== 'stopping') process.exit(0)
  console.log('has been asked to stop')
  deaths[how]()
})
console.log(first ? 'lives for now' : 'lives')
setInterval(() => {}, 1_000)
