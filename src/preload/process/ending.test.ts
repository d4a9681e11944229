import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { bundleProgram, startProgram } from '../../../testing/program/program'

/**
 * Starts a backend of these lines under the endings; `port` is stdout in one direction and Node's own channel
 * in the other.
 */
async function startBackend(endings: string, backend: string) {
  const program = `
    import { writeSync } from 'node:fs'
    import * as endings from './ending'
    const port = {
      send: (message: object) => void writeSync(1, JSON.stringify(message) + '\\n'),
      onMessage: (listener: (message: never) => void) => void process.on('message', listener),
    }
    ${endings}
    setInterval(() => {}, 1_000)
    ${backend}
    writeSync(1, '"runs"\\n')`
  const { child, ended } = startProgram(await bundleProgram(program, { from: __dirname }))
  const end = async () => {
    const { stdout, ...rest } = await ended
    return {
      ...rest,
      said: stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    }
  }
  return { child, end, speaks: () => once(child.stdout as NodeJS.ReadableStream, 'data') }
}

describe('a backend that is asked to end', () => {
  const STOP = 'endings.stopWhenAsked(null, null, port)'

  it('ends at once when it has nothing to finish', async () => {
    const { child, end, speaks } = await startBackend(STOP, '')
    await speaks()
    child.send({ type: 'stop' })
    expect(await end()).toMatchObject({ code: 0, signal: null, said: ['runs'] })
  })

  it('runs its own SIGTERM listeners, once, and ends as it likes', async () => {
    const { child, end, speaks } = await startBackend(
      STOP,
      `process.on('SIGTERM', (signal) => {
        port.send({ signal })
        setTimeout(() => process.exit(3), 100)
      })`,
    )
    await speaks()
    child.send({ type: 'stop' })
    child.send({ type: 'stop' })
    expect(await end()).toMatchObject({ code: 3, said: ['runs', { signal: 'SIGTERM' }] })
  })

  it('gives up its jobs as it exits, before their spans are handed over, and not before', async () => {
    const encoder = "{ count: () => 1, makePayload: () => ['spans'] }"
    const { child, end, speaks } = await startBackend(
      `endings.handOverUnsentTraces({ _tracer: { _exporter: { _writer: { _encoder: ${encoder} } } } } as never, port)
      endings.stopWhenAsked(null, null, port, { giveUp: () => port.send({ given: 'up' }) })`,
      "process.on('SIGTERM', () => { port.send({ finishes: true }); setTimeout(() => process.exit(0), 100) })",
    )
    await speaks()
    child.send({ type: 'stop' })
    expect((await end()).said).toEqual([
      'runs',
      { finishes: true },
      { given: 'up' },
      { type: 'unsent-traces', payload: ['spans'], count: 1 },
    ])
  })

  it('gives up nothing where it was not asked: those jobs are lost', async () => {
    const { end } = await startBackend(
      "endings.stopWhenAsked(null, null, port, { giveUp: () => port.send({ given: 'up' }) })",
      'setImmediate(() => process.exit(6))',
    )
    expect((await end()).said).toEqual(['runs'])
  })

  it.each([
    { isLoss: true, said: ['runs'], why: 'nothing, as they are on record as lost' },
    { isLoss: false, said: ['runs', { given: 'up' }, { flushed: true }], why: 'all, in time for the Agent' },
  ])('gives up of the jobs that it keeps, as it is dismissed: $why', async ({ isLoss, said }) => {
    const flush = isLoss ? 'done()' : 'port.send({ flushed: true }), done()'
    const { child, end, speaks } = await startBackend(
      `const tracer = { _tracer: { _exporter: { flush: (done: () => void) => { ${flush} } } } } as never
      endings.stopWhenAsked(tracer, null, port, { giveUp: () => port.send({ given: 'up' }) })`,
      '',
    )
    await speaks()
    child.send({ type: 'dismiss', isLoss })
    expect(await end()).toMatchObject({ code: 0, said })
  })

  it('is not held up by the listeners of whoever came before it', async () => {
    const { child, end, speaks } = await startBackend(`process.on('SIGTERM', () => {}); ${STOP}`, '')
    await speaks()
    child.send({ type: 'stop' })
    expect(await end()).toMatchObject({ code: 0 })
  })

  it('ends although the Agent never answers and the profiler is slow', async () => {
    const tracer = '{ _tracer: { _exporter: { flush() {} } } } as never'
    const profiler = '{ finish: () => new Promise<void>((resolve) => setTimeout(resolve, 10)) } as never'
    const { child, end, speaks } = await startBackend(
      `endings.stopWhenAsked(${tracer}, ${profiler}, port)`,
      '',
    )
    await speaks()
    child.send({ type: 'stop' })
    expect(await end()).toMatchObject({ code: 0 })
  })

  it('does not take another message for it', async () => {
    const { child, end, speaks } = await startBackend(
      STOP,
      "process.on('message', (message) => message === 'then' && process.exit(5))",
    )
    await speaks()
    child.send({ type: 'memory-pressure', usedBytes: 1, limitBytes: 1 })
    child.send('then')
    expect(await end()).toMatchObject({ code: 5 })
  })
})

describe.skipIf(process.platform === 'win32')('Ctrl-C in the terminal', () => {
  it('is left to main', async () => {
    const { child, end, speaks } = await startBackend(
      'endings.surviveTerminalInterrupt(); endings.stopWhenAsked(null, null, port)',
      "process.on('message', (message) => message === 'still there?' && port.send({ yes: true }))",
    )
    await speaks()
    child.kill('SIGINT')
    child.send('still there?')
    await speaks()
    child.send({ type: 'stop' })
    expect(await end()).toMatchObject({ code: 0, signal: null, said: ['runs', { yes: true }] })
  })
})

describe('an exception that nobody catches', () => {
  const REPORT = 'endings.reportUncaughtExceptions(port)'

  it.each([
    ['thrown', "setImmediate(() => { throw new RangeError('too large') })"],
    ['rejected', "Promise.reject(new RangeError('too large'))"],
  ])('is told to main, and ends the process as Node would: %s', async (_how, backend) => {
    const { end } = await startBackend(REPORT, backend)
    const { code, said, stderr } = await end()
    expect(code).toBe(1)
    expect(said).toContainEqual({
      type: 'uncaught-exception',
      error: { name: 'RangeError', message: 'too large' },
      stack: expect.stringMatching(/^RangeError: too large\n {4}at /),
    })
    expect(stderr).toContain('RangeError: too large')
  })

  it('is told, and survived, where the backend catches it after all', async () => {
    const { end } = await startBackend(
      REPORT,
      "process.on('uncaughtException', () => process.exit(4)); setImmediate(() => { throw 7 })",
    )
    expect(await end()).toMatchObject({ code: 4 })
  })
})

describe('spans that are not sent when the process exits', () => {
  const handOver = (encoder: string) =>
    `endings.handOverUnsentTraces({ _tracer: { _exporter: { _writer: { _encoder: ${encoder} } } } } as never, port)`

  it('are handed to main', async () => {
    const { end } = await startBackend(
      handOver('{ count: () => 2, makePayload: () => [7] }'),
      'setImmediate(() => process.exit(6))',
    )
    expect(await end()).toMatchObject({
      code: 6,
      said: ['runs', { type: 'unsent-traces', payload: [7], count: 2 }],
    })
  })

  it.each([
    ['there are none', '{ count: () => 0 }'],
    ['they cannot be had', "{ count() { throw new Error('not as it was') } }"],
  ])('change nothing of the end when %s', async (_what, encoder) => {
    const { end } = await startBackend(handOver(encoder), 'setImmediate(() => process.exit(6))')
    expect(await end()).toEqual({ code: 6, signal: null, stderr: '', said: ['runs'] })
  })
})
