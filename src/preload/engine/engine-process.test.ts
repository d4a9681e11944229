import { afterEach, describe, expect, it, vi } from 'vitest'
import { EngineProcess } from './engine-process'

const started: EngineProcess[] = []

afterEach(() => {
  vi.restoreAllMocks()
  for (const engine of started.splice(0)) engine.kill()
})

/** A Node program in the engine's place, once it listens to signals. */
async function engineOf(program: string): Promise<EngineProcess> {
  let speaks = () => {}
  const ready = new Promise<void>((resolve) => {
    speaks = resolve
  })
  const engine = await EngineProcess.start({
    command: [process.execPath, '-e', `${program}; setInterval(() => {}, 1000); console.log('ready')`],
    cwd: null,
    environment: {},
    onOutput: () => speaks(),
  })
  started.push(engine)
  await ready
  return engine
}

describe.skipIf(process.platform === 'win32')('an engine that is to stop', () => {
  it('is asked as Ctrl-C asks it', async () => {
    const engine = await engineOf("process.on('SIGINT', () => process.exit(3))")
    engine.stop()
    expect(await engine.exited).toEqual({ code: 3, signal: null })
  })

  it('is terminated when it does not end, then killed', async () => {
    const sent = vi.spyOn(process, 'kill')
    const deaf = await engineOf("process.on('SIGINT', () => {}); process.on('SIGTERM', () => {})")
    deaf.stop()
    expect(await deaf.exited).toEqual({ code: null, signal: 'SIGKILL' })
    const [pid, group] = [deaf.pid, -deaf.pid]
    expect(sent.mock.calls).toEqual([
      [pid, 'SIGINT'],
      [pid, 'SIGTERM'],
      [group, 'SIGKILL'],
    ])
  })

  it('is not signalled once it is gone: its number may be another’s', async () => {
    const engine = await engineOf("process.on('SIGINT', () => process.exit(0))")
    engine.stop()
    await engine.exited
    vi.useFakeTimers()
    const sent = vi.spyOn(process, 'kill')
    vi.runAllTimers()
    vi.useRealTimers()
    expect(sent).not.toHaveBeenCalled()
  })

  it('is signalled itself where a wrapper stands in front of it', async () => {
    const sent = vi.spyOn(process, 'kill').mockReturnValue(true)
    const engine = await engineOf('')
    engine.stop(4_242)
    expect(sent.mock.calls).toEqual([[4_242, 'SIGINT']])
    sent.mockRestore()
  })
})
