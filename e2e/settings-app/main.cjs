// An app that has its settings in its package.json and in code, and loads others too late, as `dotenv` does.
require('studio-datadog-monitor/register')
const { execFileSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { app } = require('electron')
const { startStudioMonitor } = require('studio-datadog-monitor')

for (const line of readFileSync(`${__dirname}/.env`, 'utf8').trim().split('\n')) {
  const [name, value] = line.split('=')
  process.env[name] ??= value
}
const child = execFileSync(process.execPath, ['-p', 'JSON.stringify(process.env)'], {
  env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  encoding: 'utf8',
})
console.log(`child ${child.trim()}`)

const engine = process.env.APP_ENGINE && JSON.parse(process.env.APP_ENGINE)
startStudioMonitor({
  ...(engine && { engine }),
  settings: { STUDIO_JOBS_KEEP: 7, DD_SERVICE: 'too-late-in-code' },
}).then(
  (monitor) => {
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
