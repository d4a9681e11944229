import { describe, expect, it, vi } from 'vitest'
import { CLEAN_EXIT, CRASH, MINUTE, settle, supervise } from './supervisor.test-support'

const SIGNAL_15 = { exitCode: 15 }

describe('stop', () => {
  it('asks, and is done when the backend has gone', async () => {
    const { supervisor, story, last, starts, loads, exits } = supervise()
    await starts()
    await loads()
    const stopped = supervisor.stop()
    // Set before anything is done to it: an exit from here on is not a death.
    expect(supervisor.state).toBe('stopping')
    expect(last().heard).toEqual(['expectExit stop', 'requestStop at 0'])
    await exits(CLEAN_EXIT)
    await stopped
    expect(story).toEqual(['starting', 'running', 'stopping', 'stopped'])
    expect(supervisor.pid).toBeNull()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('terminates after 5 s and kills 2 s later', async () => {
    const { supervisor, last, starts, exits } = supervise()
    await starts()
    const stopped = supervisor.stop()
    await vi.advanceTimersByTimeAsync(4_999)
    expect(last().heard).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(2_002)
    expect(last().heard).toEqual(['expectExit stop', 'requestStop at 0', 'terminate at 5000', 'kill at 7000'])
    await exits({ exitCode: 9 })
    await stopped
    expect(supervisor.state).toBe('stopped')
  })

  it('does not kill what ends when it is terminated', async () => {
    const { supervisor, last, starts, exits } = supervise()
    await starts()
    const stopped = supervisor.stop()
    await vi.advanceTimersByTimeAsync(6_000)
    await exits(SIGNAL_15)
    await stopped
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(last().heard.at(-1)).toBe('terminate at 5000')
  })

  it('waits 3 s for what even a kill does not end', async () => {
    const { supervisor, starts } = supervise()
    await starts()
    const done = vi.fn()
    supervisor.stop().then(done)
    await vi.advanceTimersByTimeAsync(9_999)
    expect(done).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(done).toHaveBeenCalled()
    expect(supervisor.state).toBe('stopped')
    expect(supervisor.pid).toBeNull()
  })

  it('tells of a process that even a kill does not end, and not of one that has gone', async () => {
    const told: number[] = []
    const { supervisor, last, starts } = supervise()
    supervisor.on('outlived', (pid) => told.push(pid))
    await starts()
    const { pid } = last()
    const stopped = supervisor.stop()
    await vi.advanceTimersByTimeAsync(9_999)
    expect(told).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    await stopped
    expect(told).toEqual([pid])

    const other = supervise()
    other.supervisor.on('outlived', (pid) => told.push(pid))
    await other.starts()
    Object.assign(other.last(), { pid: null })
    const ended = other.supervisor.stop()
    await vi.advanceTimersByTimeAsync(10_000)
    await ended
    expect(told).toEqual([pid])
  })

  it('goes on when one of its ways throws', async () => {
    const { supervisor, last, starts } = supervise()
    await starts()
    const gone = () => {
      throw new Error('kill ESRCH')
    }
    Object.assign(last(), { ask: gone, terminate: gone, kill: gone })
    const stopped = supervisor.stop()
    await vi.advanceTimersByTimeAsync(10_000)
    await stopped
    expect(supervisor.state).toBe('stopped')
  })

  it('takes no end for a death once it has begun', async () => {
    const { supervisor, deaths, runs, starts, loads, exits } = supervise()
    await starts()
    await loads()
    const stopped = supervisor.stop()
    await exits(CRASH)
    await stopped
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(deaths).toEqual([])
    expect(runs).toHaveLength(1)
  })

  it.each([
    ['that is still being settled', null, CRASH, 'crash'],
    ['under way for its memory', 'memory-limit', { exitCode: 15 }, 'memory-limit'],
    ['under way for its silence', 'unresponsive', { exitCode: 15 }, 'unresponsive'],
  ] as const)('does not undo a death %s', async (_what, intent, known, cause) => {
    const { supervisor, deaths, story, last, starts, loads, exits } = supervise()
    await starts()
    await loads()
    if (intent) last().expectExit(intent)
    const stopped = supervisor.stop()
    await exits({ ...known, intent })
    await stopped
    expect(story).toEqual(['starting', 'running', 'stopping', `death: ${cause}`, 'stopped'])
    expect(deaths[0]?.restart).toMatchObject({ decision: 'none', delayMs: null })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('twice asks once, and both wait', async () => {
    const { supervisor, story, last, starts, exits } = supervise()
    await starts()
    const both = [supervisor.stop(), supervisor.stop()]
    await vi.advanceTimersByTimeAsync(1_000)
    both.push(supervisor.stop())
    expect(last().heard).toHaveLength(2)
    await exits(CLEAN_EXIT)
    await Promise.all(both)
    await supervisor.stop()
    expect(story).toEqual(['starting', 'stopping', 'stopped'])
  })

  it.each([
    ['idle', 0, 'idle'],
    ['backing-off', 2, 'stopped'],
    ['gave-up', 5, 'stopped'],
  ] as const)('in the state %s launches nothing any more', async (state, deaths, after) => {
    const { supervisor, runs, starts, crashes } = supervise()
    if (deaths > 0) await starts()
    await crashes(deaths)
    expect(supervisor.state).toBe(state)
    await supervisor.stop()
    expect(supervisor.state).toBe(after)
    const launched = runs.length
    await starts()
    await supervisor.restart()
    await vi.advanceTimersByTimeAsync(60 * MINUTE)
    expect(runs).toHaveLength(launched)
    expect(supervisor.state).toBe(after)
  })

  it.each(['starting', 'backing-off'] as const)(
    'called when the state becomes %s still holds',
    async (state) => {
      const { supervisor, runs, starts, exits } = supervise()
      if (state === 'backing-off') await starts()
      supervisor.on('state', (entered) => {
        if (entered === state) supervisor.stop()
      })
      if (state === 'backing-off') await exits(CRASH)
      else await starts()
      await vi.advanceTimersByTimeAsync(MINUTE)
      expect(supervisor.state).toBe('stopped')
      expect(runs).toHaveLength(state === 'backing-off' ? 1 : 0)
    },
  )

  it('from a starting backend ignores that it got loaded after all', async () => {
    const { supervisor, story, starts, loads, exits } = supervise()
    await starts()
    supervisor.stop()
    await loads()
    expect(supervisor.state).toBe('stopping')
    await exits(CLEAN_EXIT)
    expect(story).toEqual(['starting', 'stopping', 'stopped'])
  })
})

describe('restart', () => {
  it('ends the running backend first', async () => {
    const { supervisor, story, deaths, last, starts, loads, exits } = supervise()
    await starts()
    await loads()
    const restarted = supervisor.restart()
    expect(last().heard).toEqual(['expectExit stop', 'requestStop at 0'])
    await exits(CLEAN_EXIT)
    await restarted
    await loads()
    expect(story).toEqual(['starting', 'running', 'stopping', 'stopped', 'starting', 'running'])
    expect(deaths).toEqual([])
    expect(supervisor.pid).toBe(2)
  })

  it('does not undo a death that is still being settled, and waits for it', async () => {
    const { supervisor, story, starts, loads, exits } = supervise()
    await starts()
    await loads()
    const restarted = supervisor.restart()
    await exits({ ...CRASH, intent: null })
    await restarted
    expect(story).toEqual(['starting', 'running', 'stopping', 'death: crash', 'stopped', 'starting'])
  })

  it('starts what has never run', async () => {
    const { supervisor, runs } = supervise()
    await supervisor.restart()
    expect(runs).toHaveLength(1)
  })

  it('does not wait for a pending restart, and leaves one backend', async () => {
    const { supervisor, runs, starts, crashes } = supervise()
    await starts()
    await crashes(3)
    expect(supervisor.state).toBe('backing-off')
    await supervisor.restart()
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(runs).toHaveLength(4)
  })

  it.each([true, false])('twice at once launches one backend (running: %s)', async (running) => {
    const { supervisor, runs, starts, exits } = supervise()
    if (running) await starts()
    const both = [supervisor.restart(), supervisor.restart()]
    if (running) await exits(CLEAN_EXIT)
    await Promise.all(both)
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(runs).toHaveLength(running ? 2 : 1)
  })

  it('that begins before a stop launches nothing after it', async () => {
    const { supervisor, runs, starts, exits } = supervise()
    await starts()
    const both = [supervisor.restart(), supervisor.stop()]
    await exits(CLEAN_EXIT)
    await Promise.all(both)
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(runs).toHaveLength(1)
    expect(supervisor.state).toBe('stopped')
  })

  it('that finds nothing to end launches nothing after a stop', async () => {
    const { supervisor, runs } = supervise()
    await Promise.all([supervisor.restart(), supervisor.stop()])
    await settle()
    expect(runs).toHaveLength(0)
  })

  it('has no effect while stopping', async () => {
    const { supervisor, runs, starts, exits } = supervise()
    await starts()
    const both = [supervisor.stop(), supervisor.restart()]
    await exits(CLEAN_EXIT)
    await Promise.all(both)
    expect(runs).toHaveLength(1)
    expect(supervisor.state).toBe('stopped')
  })
})
