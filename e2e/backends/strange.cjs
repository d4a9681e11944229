// A backend at work that is hard on the monitor: its first argument says what it does. It prints a beat each
// second in a way that cannot have been replaced.
const fs = require('node:fs')
const { setInterval, setTimeout, process } = globalThis

const no = () => {
  throw new Error('this backend does not have that')
}

const strange = {
  'replaces process.on': () => {
    process.on = process.once = process.addListener = process.emit = no
  },
  'replaces console': () => {
    globalThis.console = { log: no, warn: no, error: no }
  },
  'replaces diagnostics_channel': () => {
    const channels = require('node:diagnostics_channel')
    channels.channel = channels.subscribe = channels.tracingChannel = channels.Channel.prototype.publish = no
  },
  'replaces the timers': () => {
    globalThis.setTimeout = globalThis.setInterval = globalThis.setImmediate = no
  },
  'freezes what is built in': () => {
    for (const each of [Object, Array, Map, Promise, Function, Error]) {
      Object.freeze(each)
      Object.freeze(each.prototype)
    }
  },
  'opens its own inspector': () => require('node:inspector').open(0),
  'debugs and profiles itself': () => {
    const { Session } = require('node:inspector')
    const session = new Session()
    session.connect()
    setInterval(() => {
      for (const method of [
        'Debugger.enable',
        'Profiler.enable',
        'Profiler.start',
        'HeapProfiler.startSampling',
      ])
        session.post(method)
      for (const method of [
        'HeapProfiler.stopSampling',
        'Profiler.stop',
        'Profiler.disable',
        'Debugger.disable',
      ])
        session.post(method)
    }, 100)
  },
  'blocks in native code': () => {
    const block = () => {
      require('node:crypto').pbkdf2Sync('a', 'b', 1_000_000, 64, 'sha512')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500)
    }
    setInterval(block, 2_500)
  },
  // About when the profiles of the first period are taken, each start a little later.
  'exits again and again': () => {
    const file = process.argv[3]
    const starts = fs.existsSync(file) ? fs.statSync(file).size : 0
    fs.appendFileSync(file, '.')
    setTimeout(() => process.exit(3), 970 + starts * 15)
  },
  'is like any other': () => {},
}

const kept = []
let beats = 0
const work = () => {
  for (let i = 0; i < 3_000; i += 1) kept.push({ i, text: `x${i}` })
  if (kept.length > 100_000) kept.length = 0
}
setInterval(work, 10)
setInterval(() => {
  beats += 1
  fs.writeSync(1, `beat ${beats}\n`)
}, 1_000)

strange[process.argv[2]]()
