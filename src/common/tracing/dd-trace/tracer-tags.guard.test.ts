// Guards the private parts of dd-trace: where it keeps the tags of every span, and when it reads them.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import { runProgram } from '../../../../testing/program/program'

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

const program = `
  import { startTracer } from '../tracer'
  import { flushTraces } from './flush'
  import { addTracerTags, tracerTags } from './tracer-tags'
  async function main() {
    const { tracer } = startTracer('main')
    if (!tracer) throw new Error('no tracer')
    const span = (name: string) => tracer.startSpan(name)
    span('before').finish()
    const open = span('open')
    addTracerTags(tracer, { 'usr.id': 'u-1', plan: 'free' })
    open.finish()
    span('while').finish()
    addTracerTags(tracer, { plan: 'paid' })
    span('next').finish()
    addTracerTags(tracer, {})
    span('after').finish()
    console.log(tracerTags(tracer).plan)
    await flushTraces(tracer, 5_000)
    process.exit(0)
  }
  main()`

it('a span carries the tags that held when it began, and the own ones of DD_TAGS else', {
  timeout: 30_000,
}, async () => {
  const { stdout, stderr } = await runProgram(program, {
    from: __dirname,
    env: { DD_TRACE_AGENT_URL: agent.url, DD_TAGS: 'plan:none,team:core' },
  })
  expect(stdout.trim(), stderr).toBe('none')
  const seen = agent.spans().map(({ name, meta }) => [name, meta['usr.id'], meta.plan, meta.team])
  expect(seen.sort(([one], [other]) => String(one).localeCompare(String(other)))).toEqual([
    ['after', undefined, 'none', 'core'],
    ['before', undefined, 'none', 'core'],
    ['next', undefined, 'paid', 'core'],
    ['open', undefined, 'none', 'core'],
    ['while', 'u-1', 'free', 'core'],
  ])
})
