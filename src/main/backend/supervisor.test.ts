import { describe, expect, it, vi } from 'vitest'
import { linux } from './exit-cause.test-support'
import { CLEAN_EXIT, CRASH, MINUTE, OUT_OF_MEMORY, settle, supervise } from './supervisor.test-support'

describe('a backend that starts', () => {
  it('runs once its entry is loaded', async () => {
    const { supervisor, story, starts, loads } = supervise()
    expect(supervisor.state).toBe('idle')
    expect(supervisor.pid).toBeNull()
    await starts()
    expect(supervisor.state).toBe('starting')
    expect(supervisor.pid).toBe(1)
    await loads()
    expect(story).toEqual(['starting', 'running'])
  })

  it('is launched once, however often it is started', async () => {
    const { supervisor, runs, starts, loads, exits } = supervise()
    for (let n = 0; n < 3; n++) await starts()
    await loads()
    await starts()
    expect(runs).toHaveLength(1)
    await exits(CRASH)
    await loads()
    await exits(CRASH)
    expect(supervisor.state).toBe('backing-off')
    await starts()
    expect(runs).toHaveLength(2)
  })

  it('can be started again after it has exited by itself', async () => {
    const { story, starts, exits } = supervise()
    await starts()
    await exits(CLEAN_EXIT)
    await starts()
    expect(story).toEqual(['starting', 'stopped', 'ended, wanted', 'starting'])
  })
})

describe('an engine that is replaced between two jobs', () => {
  const REPLACED = { ...CLEAN_EXIT, intent: 'replace' } as const

  it('is no death, counts for no limit, and the next one is started at once', async () => {
    const { supervisor, deaths, story, runs, starts, loads, exits } = supervise({
      limit: { deaths: 1, windowMs: 10 * MINUTE },
    })
    await starts()
    await loads()
    for (let n = 0; n < 3; n += 1) {
      await exits(REPLACED)
      await loads()
    }
    expect(runs).toHaveLength(4)
    expect(deaths).toEqual([])
    expect(supervisor.state).toBe('running')
    expect(story.slice(0, 4)).toEqual(['starting', 'running', 'starting', 'running'])
  })

  it('whose successor does not come up has a death as any other', async () => {
    const { deaths, story, starts, loads, exits } = supervise()
    await starts()
    await loads()
    await exits(REPLACED)
    await exits(CRASH)
    expect(deaths).toHaveLength(1)
    expect(story).toEqual(['starting', 'running', 'starting', 'death: crash', 'backing-off', 'starting'])
  })
})

describe('a backend that dies', () => {
  it('is written down before anything else happens', async () => {
    const { supervisor, deaths, story, starts, loads, exits } = supervise()
    await starts()
    await loads()
    await exits(CRASH)
    expect(story).toEqual(['starting', 'running', 'death: crash', 'backing-off', 'starting'])
    expect(deaths).toEqual([
      {
        evidence: expect.objectContaining({ exitCode: 6, pid: 1 }),
        explanation: expect.objectContaining({ cause: 'crash', oom: false }),
        restart: expect.objectContaining({ decision: 'restart', delayMs: 0, deathsInWindow: 1 }),
      },
    ])
    expect(supervisor.pid).toBe(2)
  })

  it('is started at once, then after 1 s, doubling, and no earlier', async () => {
    const { supervisor, runs, deaths, starts, exits } = supervise({
      limit: { deaths: 50, windowMs: 10 * MINUTE },
    })
    await starts()
    await exits(CRASH)
    expect(runs).toHaveLength(2)
    for (const delay of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const launched = runs.length
      await exits(CRASH)
      expect(deaths.at(-1)?.restart.delayMs).toBe(delay)
      await vi.advanceTimersByTimeAsync(delay - 1)
      expect(supervisor.state).toBe('backing-off')
      expect(supervisor.pid).toBeNull()
      await vi.advanceTimersByTimeAsync(1)
      expect(supervisor.state).toBe('starting')
      expect(runs).toHaveLength(launched + 1)
    }
  })

  it.each([
    ['is started at once again after 5 healthy minutes', 5 * MINUTE, 0],
    ['waits after anything less', 5 * MINUTE - 1, 1_000],
  ])('%s', async (_what, healthyMs, delayMs) => {
    const { deaths, starts, loads, exits } = supervise()
    await starts()
    await exits(CRASH)
    await loads()
    await vi.advanceTimersByTimeAsync(healthyMs)
    await exits(CRASH)
    expect(deaths.at(-1)?.restart).toMatchObject({ delayMs, deathsInWindow: 2 })
  })

  it('counts as healthy only from when its entry was loaded', async () => {
    const { deaths, starts, loads, exits } = supervise()
    await starts()
    await loads()
    await exits(CRASH)
    await vi.advanceTimersByTimeAsync(6 * MINUTE)
    await exits(CRASH)
    expect(deaths.at(-1)?.restart.delayMs).toBe(1_000)
  })

  it('is started again although writing the death down threw', async () => {
    const { supervisor, deaths, launchErrors, starts } = supervise()
    launchErrors.push(new Error('spawn EAGAIN'))
    vi.spyOn(deaths, 'push').mockImplementationOnce(() => {
      throw new Error('a defect of ours')
    })
    await expect(starts()).rejects.toThrow('a defect of ours')
    expect(supervisor.state).toBe('backing-off')
    await settle()
    expect(supervisor.state).toBe('starting')
  })
})

describe('a backend that keeps dying', () => {
  it('is given up at the death that the limit names', async () => {
    const { supervisor, deaths, runs, starts, crashes } = supervise()
    await starts()
    await crashes(5)
    expect(supervisor.state).toBe('gave-up')
    expect(deaths.map(({ restart }) => restart.decision)).toEqual([
      'restart',
      'restart',
      'restart',
      'restart',
      'give-up',
    ])
    await vi.advanceTimersByTimeAsync(60 * MINUTE)
    expect(runs).toHaveLength(5)
  })

  it('stays given up whatever comes but an explicit restart, which forgets the deaths', async () => {
    const { supervisor, deaths, runs, starts, crashes, loads } = supervise()
    await starts()
    await crashes(5)
    await starts()
    expect(supervisor.state).toBe('gave-up')
    expect(runs).toHaveLength(5)
    await supervisor.restart()
    await loads()
    expect(supervisor.state).toBe('running')
    expect(runs).toHaveLength(6)
    await crashes(1)
    expect(deaths.at(-1)?.restart).toMatchObject({ decision: 'restart', delayMs: 0, deathsInWindow: 1 })
  })

  it('is not given up when the deaths lie outside the window', async () => {
    const { supervisor, deaths, starts, crashes } = supervise()
    await starts()
    await crashes(4)
    await vi.advanceTimersByTimeAsync(10 * MINUTE)
    await crashes(1)
    expect(deaths.at(-1)?.restart).toMatchObject({ decision: 'restart', deathsInWindow: 1 })
    expect(supervisor.state).not.toBe('gave-up')
  })
})

describe('a backend that cannot even be forked', () => {
  it('died of it, and is started again', async () => {
    const { deaths, launchErrors, story, starts, loads } = supervise()
    launchErrors.push(new RangeError('spawn EAGAIN'))
    await starts()
    await loads()
    expect(story).toEqual(['starting', 'death: launch-failed', 'backing-off', 'starting', 'running'])
    expect(deaths[0]?.explanation.evidence[0]).toBe('the entry threw RangeError: spawn EAGAIN')
    expect(deaths[0]?.evidence).toMatchObject({ pid: null, exitCode: null, uptimeMs: 0 })
  })

  it.each([
    ['a string', 'no memory', { name: 'Error', message: 'no memory' }],
    ['nothing', undefined, { name: 'Error', message: 'undefined' }],
  ])('is told from %s that was thrown', async (_what, thrown, launchError) => {
    const { deaths, launchErrors, starts } = supervise()
    launchErrors.push(thrown)
    await starts()
    expect(deaths[0]?.evidence.launchError).toEqual(launchError)
  })

  it('is given up like any other', async () => {
    const { supervisor, launchErrors, starts } = supervise({ limit: { deaths: 3, windowMs: MINUTE } })
    launchErrors.push(...Array.from({ length: 3 }, () => new Error('spawn EAGAIN')))
    await starts()
    await vi.runAllTimersAsync()
    expect(supervisor.state).toBe('gave-up')
  })
})

describe('a backend that is not started again', () => {
  it.each([
    ['never', 'never', CRASH, 'crash'],
    ['oom, after another death', 'oom', CRASH, 'crash'],
  ] as const)('ended unwanted: %s', async (_what, mode, known, cause) => {
    const { supervisor, story, starts, exits } = supervise({ mode })
    await starts()
    await exits(known)
    await vi.advanceTimersByTimeAsync(60 * MINUTE)
    expect(story).toEqual(['starting', `death: ${cause}`, 'stopped', 'ended, not wanted'])
    await supervisor.restart()
    expect(supervisor.state).toBe('starting')
  })

  it('is started again in the mode oom when memory was the reason', async () => {
    const { story, starts, exits } = supervise({ mode: 'oom' })
    await starts()
    await exits(OUT_OF_MEMORY)
    expect(story).toEqual(['starting', 'death: kernel-oom-kill', 'backing-off', 'starting'])
  })

  it('ended as it wanted with exit code 0', async () => {
    const { story, deaths, runs, starts, loads, exits } = supervise()
    await starts()
    await loads()
    await exits(CLEAN_EXIT)
    await vi.advanceTimersByTimeAsync(60 * MINUTE)
    expect(story).toEqual(['starting', 'running', 'stopped', 'ended, wanted'])
    expect(deaths).toEqual([])
    expect(runs).toHaveLength(1)
  })
})

describe('an earlier run', () => {
  it('cannot make a later one run', async () => {
    const { supervisor, runs, starts, exits } = supervise()
    await starts()
    await exits(linux(33, CRASH))
    runs[0]?.load()
    await settle()
    expect(supervisor.state).toBe('starting')
  })

  it('cannot end a later one, when even a kill did not end it in time', async () => {
    const { supervisor, runs, deaths, starts, loads } = supervise()
    await starts()
    await loads()
    const restarted = supervisor.restart()
    await vi.advanceTimersByTimeAsync(10_000)
    await restarted
    await loads()
    expect(supervisor.pid).toBe(2)
    runs[0]?.exit(CRASH)
    await settle()
    expect(supervisor.state).toBe('running')
    expect(supervisor.pid).toBe(2)
    expect(deaths).toEqual([])
  })
})

describe('whether the next start would follow a death at once', () => {
  it('it would for a first death, and not while a delay or the end of all restarts follows', async () => {
    const { supervisor, starts, loads, exits } = supervise({ limit: { deaths: 3, windowMs: 10 * MINUTE } })
    const said = [supervisor.wouldRestartAtOnce]
    await starts()
    said.push(supervisor.wouldRestartAtOnce)
    await loads()
    said.push(supervisor.wouldRestartAtOnce)
    await exits(CRASH)
    await loads()
    said.push(supervisor.wouldRestartAtOnce)
    await vi.advanceTimersByTimeAsync(5 * MINUTE)
    said.push(supervisor.wouldRestartAtOnce)
    void supervisor.stop()
    said.push(supervisor.wouldRestartAtOnce)
    expect(said).toEqual([false, true, true, false, true, false])
  })

  it('it would not at the last death that is allowed', async () => {
    const { supervisor, starts, loads } = supervise({ limit: { deaths: 1, windowMs: MINUTE } })
    await starts()
    await loads()
    expect(supervisor.wouldRestartAtOnce).toBe(false)
  })

  it.each(['oom', 'never'] as const)('it is not known before the cause is, with %s', async (mode) => {
    const { supervisor, starts, loads } = supervise({ mode })
    await starts()
    await loads()
    expect(supervisor.wouldRestartAtOnce).toBe(false)
  })
})
