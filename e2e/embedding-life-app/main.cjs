// A desktop app that embeds the monitor and does with it what a test asks over HTTP, as its own code would.
require('studio-datadog-monitor/register')
const { app } = require('electron')
const http = require('node:http')
const api = require('studio-datadog-monitor')

const told = []
const AsyncFunction = (async () => {}).constructor

/** @param {string} code the body of a function that knows the monitor, the package, the app, and what events have told */
async function run(code, monitor) {
  try {
    const result = await new AsyncFunction('monitor', 'api', 'app', 'told', 'require', code)(
      monitor,
      api,
      app,
      told,
      require,
    )
    return { result: result ?? null }
  } catch (error) {
    return { error: `${error.name}: ${error.message}` }
  }
}

api.startStudioMonitor(JSON.parse(process.env.EMBEDDED_OPTIONS)).then(
  (monitor) => {
    for (const name of JSON.parse(process.env.EMBEDDED_EVENTS ?? '[]'))
      monitor.on(name, (payload) => told.push({ name, payload }))
    const server = http.createServer(async (request, response) => {
      let code = ''
      for await (const chunk of request) code += chunk
      response.end(JSON.stringify(await run(code, monitor)))
    })
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
