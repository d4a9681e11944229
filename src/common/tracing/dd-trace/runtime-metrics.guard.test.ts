// Guards the private parts of dd-trace: a new version that changes them must turn this red.

import { expect, it } from 'vitest'
import { startAgent } from '../../../../testing/agent/agent'
import { runProgram } from '../../../../testing/program/program'
import { RUNTIME_METRICS } from './runtime-metrics'

it('of Node’s own figures a dozen are sent, and an app’s own as ever', async () => {
  const agent = await startAgent()
  const program = `
    import { startTracer } from '../tracer'
    const { tracer, failure } = startTracer('main')
    if (!tracer) throw new Error(failure)
    let garbage = []
    for (let n = 0; n < 200_000; n++) garbage.push({ n, more: new Array(20).fill(n) })
    garbage = []
    tracer.dogstatsd.gauge('an.apps.own', 5, { of: 'its' })
    tracer.dogstatsd.flush()
    setTimeout(() => process.exit(0), 2_500)`
  const { code, stderr } = await runProgram(program, {
    from: __dirname,
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      DD_RUNTIME_METRICS_ENABLED: 'true',
      // As shipped they start a second later; here, at once.
      DD_RUNTIME_METRICS_FLUSH_INTERVAL: '900',
      DD_RUNTIME_METRICS_EVENT_LOOP_ENABLED: 'false',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    },
  })
  await agent.stop()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const names = [...new Set(agent.metrics().map(({ name }) => name))]
  expect(names.sort()).toEqual([...RUNTIME_METRICS, 'an.apps.own'].sort())
})
