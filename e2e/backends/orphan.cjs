// Leaves a job without an end, and a child that outlives the app.
const { spawn } = require('node:child_process')
const { tracingChannel } = require('node:diagnostics_channel')

tracingChannel('studio.job').tracePromise(() => new Promise(() => {}), { id: 'endless' })
const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
child.unref()
setInterval(() => {}, 1_000)
console.log(`left behind ${child.pid}`)
