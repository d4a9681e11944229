// One job in a worker thread, as `workerData` says.
const { channel, tracingChannel } = require('node:diagnostics_channel')
const { parentPort, workerData } = require('node:worker_threads')

const job = tracingChannel('studio.job')
const { id, way = 'works' } = workerData
const forever = () => new Promise(() => setInterval(() => {}, 1_000))
const context = { id, name: 'a job', kind: 'thread' }
const WAYS = {
  works: async () => 'done',
  throws: async () => {
    throw new RangeError('no such model')
  },
  exit: async () => process.exit(7),
  uncaught: () => {
    setTimeout(() => {
      throw new TypeError('out of its depth')
    })
    return forever()
  },
  queued: async () => 'done',
  progress: async () => {
    context.progress = 0.5
    await new Promise((resolve) => setTimeout(resolve, 700))
    throw new Error('half done')
  },
  hangs: () => {
    parentPort.postMessage('hangs')
    return forever()
  },
  terminated: () => {
    parentPort.postMessage('terminate me')
    return forever()
  },
  nothing: async () => {},
}
if (way === 'queued') channel('studio.job.queued').publish(context)
if (way !== 'nothing') job.tracePromise(WAYS[way], context).catch(() => {})
