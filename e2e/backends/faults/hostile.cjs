// A backend that attacks the monitor: `hostile.cjs WHAT MARK COUNT`. Once: when the file MARK
// is there it lives in peace.
const { channel, tracingChannel } = require('node:diagnostics_channel')
const fs = require('node:fs')

const [what, mark, count] = process.argv.slice(2)

const jobs = tracingChannel('studio.job')
const endless = (context) => jobs.tracePromise(() => new Promise(() => {}), context).catch(() => {})

/** Reports by a file: its output is part of the fault. */
const done = () => fs.writeFileSync(`${mark}.done`, '')

const hostile = {
  // It writes as fast as its pipe accepts it.
  'floods its output': () => {
    const line = `${'x'.repeat(1023)}\n`
    for (let n = 0; n < 100 * 1024; n++) process.stdout.write(line)
    process.stdout.write('', done)
  },
  'writes one line without an end': () => {
    const piece = 'y'.repeat(2 ** 20)
    for (let n = 0; n < 100; n++) process.stdout.write(piece)
    process.stdout.write('\n', done)
  },
  'sends messages': () => {
    const messages = [
      null,
      7,
      'text',
      [],
      {},
      { type: 'job-started' },
      { type: 'stop' },
      { type: 'ready', key: -1 },
    ]
    const some = (left) => {
      for (let n = 0; n < 10_000; n++) process.parentPort.postMessage(messages[n % messages.length])
      if (left > 0) setImmediate(some, left - 1)
      else setTimeout(done, 500)
    }
    some(Number(count) / 10_000 - 1)
  },
  'starts and ends jobs without a pause': () => {
    const some = (left) => {
      for (let n = 0; n < 1_000; n++) jobs.traceSync(() => {}, { id: `${left}-${n}` })
      if (left > 0) setImmediate(some, left - 1)
      else done()
    }
    some(19)
  },
  'publishes hostile contexts': () => {
    const cyclic = { id: 'cyclic', name: 'cyclic' }
    cyclic.self = cyclic
    const throwing = { id: 'throwing' }
    for (const field of ['name', 'kind', 'progress'])
      Object.defineProperty(throwing, field, {
        get() {
          throw new Error('a hostile context')
        },
      })
    const proxy = new Proxy(
      { id: 'proxy' },
      { has: () => true, get: (target, name) => target[name] ?? (() => {}) },
    )
    const changing = {
      count: 0,
      get id() {
        return `changing-${this.count++}`
      },
    }
    const contexts = [
      cyclic,
      throwing,
      proxy,
      changing,
      { id: 'x'.repeat(10 * 2 ** 20), name: 'y'.repeat(10 * 2 ** 20), kind: '\u0000\u202e\n' },
      { id: 'huge', payload: new Array(1_000_000).fill('z') },
      { id: 'numbers', progress: Number.NaN },
      { id: 'frozen', ...Object.freeze({}) },
      Object.freeze({ id: 'really frozen' }),
      Object.create(null),
      { id: Symbol('id') },
      { id: 1n },
      { id: '__proto__', name: 'constructor' },
    ]
    for (const context of contexts) {
      endless(context)
      channel('studio.job.queued').publish(context)
      channel('studio.job.cancelled').publish(context)
    }
    const throws = {
      toString: () => {
        throw new Error('no text')
      },
    }
    for (const thrown of [
      throws,
      null,
      undefined,
      1n,
      Symbol('s'),
      'x'.repeat(2 ** 22),
      new Proxy(
        {},
        {
          get() {
            throw 1
          },
        },
      ),
    ])
      jobs.tracePromise(() => Promise.reject(thrown), { id: 'thrower' }).catch(() => {})
    for (const event of ['start', 'end', 'asyncStart', 'asyncEnd', 'error'])
      for (const context of [null, 7, 'text', cyclic]) jobs[event].publish(context)
    setTimeout(done, 500)
  },
  'has ten thousand jobs open': () => {
    for (let n = 0; n < 10_000; n++) endless({ id: `job-${n}`, name: 'portrait' })
    setTimeout(done, 500)
  },
}

if (!fs.existsSync(mark)) {
  fs.writeFileSync(mark, '')
  hostile[what]()
}
setInterval(() => {}, 1_000)
