// Guards the parts of dd-trace that have no public name: a new version that changes them must turn this red.
import { decode } from '@msgpack/msgpack'
import { expect, it } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import { decodeSpans } from '../../../../testing/agent/span'
import { runProgram } from '../../../../testing/program/program'
import { SendGate } from '../../privacy/send-gate'
import { TraceTap } from './trace-tap'

async function traced(lines: string, agent: Agent, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const program = `
    import { startTracer } from '../tracer'
    import { flushTraces, takeUnsentTraces } from './flush'
    const { tracer, tap, traces, failure } = startTracer('backend', 'tap')
    if (!tracer || !tap || traces) throw new Error(failure ?? 'no tap')
    const said: string[] = []
    const take = (payload: Uint8Array, count: number) => said.push(Buffer.from(payload).toString('base64') + ' ' + count)
    const span = (name: string) => tracer.startSpan(name).finish()
    async function main() { ${lines} }
    main().then(() => { console.log(said.join('\\n')); process.exit(0) }, (error) => { console.error(error); process.exit(1) })`
  const { code, stdout, stderr } = await runProgram(program, {
    from: __dirname,
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      DD_SERVICE: 'guard',
      DD_TRACE_FLUSH_INTERVAL: '60000',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      ...env,
    },
  })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout.trim()
}

const spansOf = (line: string) => decodeSpans(Buffer.from(line.split(' ')[0] ?? '', 'base64'))

it('finished spans come out of the tap, also those from before it was opened, and none reaches an Agent', async () => {
  const agent = await startAgent()
  const said = await traced(
    `span('early'); await flushTraces(tracer, 5_000); tap.open(take)
     span('late'); await flushTraces(tracer, 5_000); span('unsent')
     const unsent = takeUnsentTraces(tracer); if (unsent) take(unsent.payload, unsent.count)`,
    agent,
  )
  await agent.stop()
  const names = said.split('\n').map((line) => spansOf(line).map(({ name }) => name))
  expect(names).toEqual([['early'], ['late'], ['unsent']])
  expect(said.split('\n').map((line) => line.split(' ')[1])).toEqual(['1', '1', '1'])
  expect(agent.requests('traces')).toEqual([])
}, 30_000)

it('ids have 128 bits: the upper half stands in the first span of a chunk', async () => {
  const agent = await startAgent()
  const said = await traced(`tap.open(take); span('one'); await flushTraces(tracer, 5_000)`, agent)
  await agent.stop()
  const [[chunk]] = decode(Buffer.from(said.split(' ')[0] ?? '', 'base64'), { useBigInt64: true }) as [
    [{ meta: Record<string, string>; trace_id: bigint }],
  ]
  expect(chunk.meta['_dd.p.tid']).toMatch(/^[0-9a-f]{16}$/)
  expect(typeof chunk.trace_id).toBe('bigint')
}, 30_000)

it('a no drops what waits in the tap, and what comes while it lasts', () => {
  const gate = new SendGate()
  gate.answer('pending')
  const tap = new TraceTap(gate)
  const counts: number[] = []
  tap.push(new Uint8Array(1), 1)
  gate.answer('denied')
  tap.push(new Uint8Array(1), 2)
  tap.open((_, count) => counts.push(count))
  tap.push(new Uint8Array(1), 3)
  gate.answer('pending')
  tap.push(new Uint8Array(1), 4)
  expect(counts).toEqual([4])
})

it('until it is opened the tap keeps the newest MiB', () => {
  const tap = new TraceTap()
  for (let n = 0; n < 6; n++) tap.push(new Uint8Array(256 * 1024).fill(n), n)
  const counts: number[] = []
  tap.open((_, count) => counts.push(count))
  expect(counts).toEqual([2, 3, 4, 5])
})
