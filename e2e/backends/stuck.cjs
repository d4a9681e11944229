// Is responsive for a moment, with a job under way, then never yields again.
const { tracingChannel } = require('node:diagnostics_channel')

console.log('stuck runs')

function loopForever() {
  for (let i = 0; ; i++) Math.sqrt(i)
}

tracingChannel('studio.job').tracePromise(() => new Promise(() => {}), { id: 'under way' })
setTimeout(loopForever, 500)
