// @ts-check
// The same app with nothing, with one of the others, or with the monitor, by `BENCH_WITH`. It writes when it
// is ready and when it forks, and its memory a while later.
const fs = require('node:fs')
const path = require('node:path')

/** Time by which deferred starts are over, in milliseconds. */
const SETTLE_MS = 1_500
const WITH = process.env.BENCH_WITH
const BACKEND = path.join(__dirname, 'backend.cjs')

if (WITH === 'dd-trace') require('dd-trace').init()
if (WITH === 'sentry') require('@sentry/electron/main').init({ dsn: 'http://key@127.0.0.1:9/1' })

const electron = require('electron')

/** @param {object} report */
const say = (report) => fs.writeSync(1, `[bench] ${JSON.stringify(report)}\n`)
const now = () => performance.timeOrigin + performance.now()

const { fork } = electron.utilityProcess
electron.utilityProcess.fork = (...args) => {
  say({ forkedAt: now() })
  return fork(...args)
}

electron.app.whenReady().then(() => {
  say({ readyAt: now() })
  setTimeout(() => say({ mainRss: process.memoryUsage.rss() }), SETTLE_MS)
})

if (WITH === 'monitor') {
  const monitor = process.env.BENCH_MONITOR ?? ''
  // Where Electron runs another folder, ours is a module that starts nothing: it asks once.
  const { getAppPath } = electron.app
  electron.app.getAppPath = () => {
    electron.app.getAppPath = getAppPath
    return path.dirname(monitor)
  }
  require(path.join(monitor, 'main/index.cjs'))
} else {
  electron.app.disableHardwareAcceleration()
  electron.app.commandLine.appendSwitch('in-process-gpu')
  electron.app.whenReady().then(() => {
    const file = WITH === 'dd-trace' ? path.join(__dirname, 'traced-backend.cjs') : BACKEND
    electron.utilityProcess.fork(file, [], { stdio: 'inherit' })
  })
}
