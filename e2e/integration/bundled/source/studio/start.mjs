import 'studio-datadog-monitor/register'
import http from 'node:http'
import { app } from 'electron'
import { startStudioMonitor } from 'studio-datadog-monitor'

/** Starts the backend, and a server of the app's own. */
export async function startStudio() {
  const { EMBEDDED_BACKEND, EMBEDDED_ENGINE } = process.env
  const backend = EMBEDDED_ENGINE
    ? { engine: { command: JSON.parse(EMBEDDED_ENGINE) } }
    : { backend: { entry: EMBEDDED_BACKEND } }
  try {
    const monitor = await startStudioMonitor(backend)
    const imported = await import('studio-datadog-monitor')
    console.log(`there is one monitor: ${imported.startStudioMonitor === startStudioMonitor}`)
    const server = http.createServer((_, response) => response.end('done'))
    server.listen(0, '127.0.0.1', () => console.log(`app listens on ${server.address().port}`))
    app.on('will-quit', (event) => {
      event.preventDefault()
      monitor.stop().finally(() => app.exit(0))
    })
  } catch (error) {
    console.log(`the app goes on without: ${error.name}`)
  }
}
