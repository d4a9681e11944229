// Jobs that start, end, fail and wait, many in a second; and now and then one that kills the process.
const { channel, tracingChannel } = require('node:diagnostics_channel')

const jobs = tracingChannel('studio.job')
const queued = channel('studio.job.queued')
const [run = '0', mayDie] = process.argv.slice(2)
const prefix = `${run}-${process.pid}`
let count = 0

function next() {
  const id = `${prefix}-${count++}`
  const context = { id, name: 'portrait', kind: 'image', progress: Math.random() }
  if (count % 3 === 0) queued.publish(context)
  const end = Math.random()
  jobs
    .tracePromise(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300 * Math.random()))
      if (end < 0.2) throw new RangeError('the image is too large')
    }, context)
    .catch(() => {})
  if (mayDie && Math.random() < 0.01) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50)
}

setInterval(next, 15)
console.log('a busy day begins')
