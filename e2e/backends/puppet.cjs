// A backend that a test controls over HTTP: jobs that start and end, and every way to die.
const assert = require('node:assert')
const { spawn } = require('node:child_process')
const { channel, tracingChannel } = require('node:diagnostics_channel')
const fs = require('node:fs')
const http = require('node:http')

const jobs = tracingChannel('studio.job')
/** Functions that end the open jobs. */
const open = new Map()
/** The contexts of jobs that wait. */
const waiting = new Map()

/** A leak that yields: the backend responds until the end. */
function keepRows(kept) {
  for (let row = 0; row < 2_000; row += 1) kept.push(new Array(50).fill(Math.random()))
  setImmediate(keepRows, kept)
}

const deaths = {
  'heap-out-of-memory': () => {
    // One synchronous loop, like the worst of real programs.
    for (const kept = []; ; ) kept.push(new Array(10_000).fill(Math.random()))
  },
  'heap-out-of-memory-in-steps': () => keepRows([]),
  abort: () => process.abort(),
  throw: (message = 'an error that nobody caught') => {
    throw new Error(message)
  },
  reject: () => void Promise.reject(new Error('a rejection that nobody handled')),
  exit: (message) => {
    if (message) process.stderr.write(`${message}\n`)
    process.exit(7)
  },
  'clean-exit': () => process.exit(0),
  'kernel-oom-kill': () => {
    for (const kept = []; ; ) kept.push(Buffer.alloc(16 * 1024 * 1024, 1))
  },
}

const actions = {
  queue: ({ id, name, kind }) => {
    const context = { id, name, kind }
    waiting.set(id, context)
    channel('studio.job.queued').publish(context)
  },
  cancel: ({ id }) => channel('studio.job.cancelled').publish({ id }),
  start: ({ id, name, kind, progress }) => {
    const context = waiting.get(id) ?? { id, name, kind }
    if (progress) context.progress = Number(progress)
    const job = new Promise((resolve, reject) => open.set(id, { resolve, reject, context }))
    jobs.tracePromise(() => job, context).catch(() => {})
  },
  // A job that reads a file and calls this server, so that spans of both kinds have a parent.
  work: ({ id, port }) =>
    jobs.tracePromise(
      async () => {
        await fs.promises.readFile(__filename)
        await new Promise((resolve) =>
          http.get({ port, path: '/ping' }, (answer) => answer.resume().on('end', resolve)),
        )
      },
      { id, name: 'work' },
    ),
  // Its request waits for it.
  failing: ({ id }) =>
    jobs
      .tracePromise(
        async () => {
          await fs.promises.readFile(__filename)
          throw new RangeError('the image is too large')
        },
        { id },
      )
      .catch(() => {}),
  progress: ({ id, progress }) => {
    open.get(id).context.progress = Number(progress)
  },
  end: ({ id }) => open.get(id).resolve(),
  fail: ({ id, message = 'the image is too large' }) => open.get(id).reject(new RangeError(message)),
  // The app's tags come by another way than these requests: whoever needs them asks until they are here.
  'has-tags': ({ tags }) =>
    assert.deepEqual(
      globalThis[Symbol.for('studio-datadog-monitor.compiled')]['app-tags'].current,
      JSON.parse(tags),
    ),
  malformed: () => {
    const throwing = {
      get id() {
        throw new Error('a hostile context')
      },
    }
    for (const context of [{}, { id: '' }, { id: {} }, throwing]) jobs.traceSync(() => {}, context)
    for (const event of ['start', 'end', 'asyncEnd', 'error']) {
      for (const context of [null, 7, 'text']) jobs[event].publish(context)
    }
  },
  die: ({ how, message }) => {
    setImmediate(() => deaths[how](message))
  },
  say: ({ lines }) => {
    for (let n = 0; n < Number(lines); n++) console.log(`${n} ${'-'.repeat(100)}`)
  },
  ping: () => {},
  // A process that runs on unless it is killed.
  fork: () => spawn('sleep', ['600'], { stdio: 'ignore' }).unref(),
  // One that writes a file when it is asked to stop, and has to be killed.
  'fork-deaf': ({ file }) =>
    spawn('sh', ['-c', 'trap \'touch "$0"\' TERM; while :; do sleep 600; done', file], {
      stdio: 'ignore',
    }).unref(),
}

const server = http.createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://puppet')
  try {
    const { port } = server.address()
    await actions[pathname.slice(1)]({ port, ...Object.fromEntries(searchParams) })
    response.end('done')
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
})
server.listen(0, '127.0.0.1', () => console.log(`puppet listens on ${server.address().port}`))

process.parentPort?.on('message', ({ data, ports }) => {
  if (data?.job) actions.start(data.job)
  for (const port of ports) port.postMessage('through the port')
  process.parentPort.postMessage({ echo: data })
})
