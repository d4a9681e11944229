// A desktop app that embeds the monitor. Over HTTP it reports what its main process holds, and starts the
// backend at once: with the monitor's own delays a hundred deaths take the better part of an hour.
require('../../../dist/main/register.cjs')
const http = require('node:http')
const v8 = require('node:v8')
const vm = require('node:vm')
const { app } = require('electron')
const { startStudioMonitor } = require('../../../dist/main/monitor.cjs')

// Garbage does not count as held: V8 collects it when a limit is reached, which takes dozens of deaths.
v8.setFlagsFromString('--expose-gc')
const collectGarbage = vm.runInNewContext('gc')

startStudioMonitor().then((monitor) => {
  const actions = {
    // A timer may win the race: then there is nothing to hurry.
    '/hurry': () => monitor.state === 'backing-off' && monitor.restart(),
    '/restart': () => monitor.restart(),
    '/memory': () => {
      collectGarbage()
      return { ...process.memoryUsage(), spaces: v8.getHeapSpaceStatistics() }
    },
  }
  const server = http.createServer(async (request, response) => {
    response.end(JSON.stringify((await actions[request.url]()) ?? null))
  })
  server.listen(0, '127.0.0.1', () => console.log(`app listens on ${server.address().port}`))
  process.on('SIGTERM', () => app.quit())
  app.on('before-quit', (event) => {
    event.preventDefault()
    monitor.stop().finally(() => app.exit(0))
  })
})
