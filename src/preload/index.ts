// What runs in the utility process ahead of the Studio backend. The order is the point.

import {
  handOverUnsentTraces,
  reportUncaughtExceptions,
  stopWhenAsked,
  surviveTerminalInterrupt,
} from './ending'
import { trackJobs } from './job-channel'
import { loadBackend } from './load-backend'
import { openMonitorPort } from './monitor-port'
import { boot } from './tracer'

openMonitorPort(process.parentPort, async (port) => {
  if (boot.failure) port.send({ type: 'warning', message: `the backend is not traced: ${boot.failure}` })
  port.send({ type: 'booted', loadedBefore: [...boot.loadedBefore] })
  handOverUnsentTraces(boot.tracer, port)
  reportUncaughtExceptions(port)
  surviveTerminalInterrupt()
  trackJobs({ tracer: boot.tracer, port, now: Date.now })
  stopWhenAsked(boot.tracer, port)
  await loadBackend(process.argv, port)
})
