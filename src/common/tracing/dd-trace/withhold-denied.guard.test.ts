// Guards the parts of dd-trace that have no public name: a new version that changes them must turn this red.
import { expect, it } from 'vitest'
import { startAgent } from '../../../../testing/agent/agent'
import { runProgram } from '../../../../testing/program/program'

it('spans wait for an answer; what was recorded in a denied time is never sent, by its start and by its end', async () => {
  const agent = await startAgent()
  const program = `
    import { setTimeout as sleep } from 'node:timers/promises'
    import { sendGate } from '../../privacy/send-gate'
    import { startTracer } from '../tracer'
    import { flushTraces } from './flush'
    sendGate.answer('pending')
    const { tracer, failure } = startTracer('main')
    if (!tracer) throw new Error(failure ?? 'no tracer')
    const span = (name: string) => tracer.startSpan(name)
    const flush = () => flushTraces(tracer, 5_000)
    async function main() {
      span('waited').finish()
      await flush()
      console.log('flushed')
      await fetch(process.env.DD_TRACE_AGENT_URL + '/said-by-the-test')
      sendGate.answer('granted')
      await flush()
      sendGate.answer('pending')
      span('waited in vain').finish()
      await flush()
      span('waited in vain too').finish()
      const across = span('began before')
      sendGate.answer('denied')
      span('denied').finish()
      across.finish()
      const open = span('ended after')
      await sleep(5)
      sendGate.answer('granted')
      await sleep(5)
      open.finish()
      span('later').finish()
      await flush()
    }
    main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1) })`
  const { code, stderr } = await runProgram(program, {
    from: __dirname,
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      DD_TRACE_FLUSH_INTERVAL: '60000',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    },
  })
  expect([code, stderr]).toEqual([0, ''])
  const sent = agent.spans().map(({ name }) => name)
  expect(sent.filter((name) => /waited|began|denied|ended|later/.test(name))).toEqual(['waited', 'later'])
  // What the program asks for itself comes first: until then nothing was sent.
  expect(agent.requests()[0]?.path).toBe('/said-by-the-test')
  await agent.stop()
}, 30_000)
