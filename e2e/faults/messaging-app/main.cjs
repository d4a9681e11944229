// An app that embeds the monitor. On SIGUSR1 it posts bytes to its backend, which posts as many back; it says how long
// both took of its main process. On SIGUSR2 it collects its garbage.
require('../../../dist/main/register.cjs')
const v8 = require('node:v8')
const vm = require('node:vm')
const { app } = require('electron')
const { startStudioMonitor } = require('../../../dist/main/monitor.cjs')

v8.setFlagsFromString('--expose-gc')
const collectGarbage = vm.runInNewContext('gc')
process.on('SIGUSR2', () => {
  collectGarbage()
  console.error('the garbage is collected')
})

startStudioMonitor().then((monitor) => {
  let before
  process.on('SIGUSR1', () => {
    before = process.cpuUsage()
    monitor.postMessage(Buffer.alloc(Number(process.env.MESSAGE_BYTES), 1))
  })
  monitor.on('message', (message) => {
    const { user, system } = process.cpuUsage(before)
    console.log(`main received ${message.byteLength} bytes after ${Math.round((user + system) / 1_000)} ms`)
  })
  process.on('SIGTERM', () => app.quit())
  app.on('before-quit', (event) => {
    event.preventDefault()
    monitor.stop().finally(() => app.exit(0))
  })
})
