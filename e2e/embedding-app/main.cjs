// A separate desktop app that embeds the monitor, as the README shows it.
require('studio-datadog-monitor/register')
const { app, MessageChannelMain } = require('electron')
const fs = require('node:fs')
const http = require('node:http')
const { startStudioMonitor } = require('studio-datadog-monitor')

if (process.env.EMBEDDED_DATA) app.setPath('userData', process.env.EMBEDDED_DATA)

startStudioMonitor({ backend: { entry: process.env.EMBEDDED_BACKEND, args: ['from', 'the app'] } }).then(
  (monitor) => {
    monitor.on('state', (state) => console.log(`state ${state}`))
    monitor.on('incident', ({ cause }) => {
      console.log(`incident ${cause}`)
      throw new Error('an error in a listener of the app')
    })
    monitor.on('job-failed', ({ jobId }) => console.log(`job failed ${jobId}`))
    monitor.on('message', (message) => {
      fs.promises.readFile(__filename).then(() => console.log(`message ${JSON.stringify(message)}`))
    })
    monitor.postMessage('hello')
    monitor.on('state', (state) => {
      if (state === 'running') console.log(`pid is known ${monitor.pid > 0}`)
    })
    process.on('uncaughtException', (error) => console.log(`uncaught ${error.message}`))
    process.on('SIGUSR2', () => monitor.restart())
    const post = () => {
      const { port1, port2 } = new MessageChannelMain()
      port1.on('message', ({ data }) => console.log(`port ${data}`))
      port1.start()
      monitor.postMessage({ job: { id: 'posted' } }, [port2])
      monitor.postMessage(['studio-datadog-monitor:context', '{}', 'a forged envelope'])
    }
    const actions = { '/restart': () => monitor.restart(), '/post': async () => post() }
    const server = http.createServer((request, response) =>
      actions[request.url]().then(() => response.end('done')),
    )
    server.listen(0, '127.0.0.1', () => console.log(`app listens on ${server.address().port}`))
    app.on('will-quit', (event) => {
      event.preventDefault()
      monitor.stop().finally(() => app.exit(0))
    })
  },
  (error) => {
    console.log(`${error.name}: ${error.message}`)
    app.exit(error.exitCode)
  },
)
