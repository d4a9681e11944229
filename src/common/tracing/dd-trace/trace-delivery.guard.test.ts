// Guards the private parts of dd-trace: a new version that changes them must turn this red.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import type { Mode } from '../../../../testing/agent/mode'
import { bundleProgram, startProgram } from '../../../../testing/program/program'

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

/** A traced process that makes spans on request, and reports each change in the state of their delivery. */
const program = `
  import { startTracer } from '../tracer'
  const { tracer, traces, failure } = startTracer('backend')
  if (!tracer || !traces) throw new Error(failure ?? 'no queue')
  traces.watch((state) => process.send?.({ state }))
  process.on('message', (count) => {
    for (let n = 0; n < Number(count); n++) tracer.startSpan('guard').finish()
  })
  setInterval(() => {}, 1_000)
  process.send?.('up')`

async function start() {
  const file = await bundleProgram(program, { from: __dirname })
  const { child } = startProgram(file, {
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      DD_SERVICE: 'guard',
      DD_TRACE_FLUSH_INTERVAL: '10',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    },
  })
  const said: unknown[] = []
  let heard: () => void = () => {}
  child.on('message', (message) => {
    said.push(message)
    heard()
  })
  const says = async (count: number) => {
    while (said.length < count) {
      await new Promise<void>((resolve) => {
        heard = resolve
      })
    }
    return said
  }
  await says(1)
  return { says, span: () => child.send(1) }
}

describe('the state of the delivery', { timeout: 60_000 }, () => {
  const cases: [Mode, string][] = [
    [{ status: 503 }, 'HTTP 503'],
    ['garbage', 'what answered is not an Agent'],
  ]
  it.each(cases)('is told: %j', async (mode, reason) => {
    await agent.setMode(mode)
    const { says, span } = await start()
    span()
    expect(await says(2)).toEqual(['up', { state: reason }])
    await agent.setMode('ok')
    span()
    expect(await says(3)).toEqual(['up', { state: reason }, { state: null }])
  })
})
