// An app whose main is an ES module: it awaits the monitor at its top level, and has pino's lines lead to their traces.
import 'studio-datadog-monitor/register'
import http from 'node:http'
import { app } from 'electron'
import { pino } from 'pino'
import { startStudioMonitor } from 'studio-datadog-monitor'
import * as registered from 'studio-datadog-monitor/register'

const logger = pino()
const monitor = await startStudioMonitor({ backend: { entry: process.env.EMBEDDED_BACKEND } })
console.log(`started before the app is ready: ${!app.isReady()}`)
console.log(`register exports ${Object.keys(registered).sort().join(' ')}`)
const server = http.createServer((_, response) => {
  logger.info('a request')
  response.end('done')
})
server.listen(0, '127.0.0.1', () => console.log(`app listens on ${server.address().port}`))
app.on('will-quit', (event) => {
  event.preventDefault()
  monitor.stop().finally(() => app.exit(0))
})
