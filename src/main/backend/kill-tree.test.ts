import { describe, expect, it } from 'vitest'
import { type ProcessRow, type ProcessTree, treeOf } from '../../common/process/process-tree'
import { describeSurvivors, type KillTreeOptions, killTree } from './kill-tree'

const row = (pid: number, startTime = 1): ProcessRow => ({
  pid,
  ppid: 1,
  name: `p${pid}`,
  rssBytes: 1,
  startTime,
})

/** Simulated processes: `act` says what happens to them. */
function world(
  first: readonly ProcessRow[],
  act: (signal: string, pid: number, running: Map<number, ProcessRow>) => void,
): KillTreeOptions & { heard: string[] } {
  const running = new Map(first.map((process) => [process.pid, process]))
  const heard: string[] = []
  let now = 0
  return {
    heard,
    platform: 'linux',
    tree: { read: (): ProcessTree => treeOf([...running.values()]) },
    signal: (pid, signal) => {
      heard.push(`${now} ${signal} ${pid}`)
      act(signal, pid, running)
    },
    taskkill: async (pids) => {
      heard.push(`${now} taskkill ${pids}`)
      for (const pid of pids) act('taskkill', pid, running)
    },
    clock: {
      now: () => now,
      sleep: async (ms) => {
        now += ms
      },
    },
  }
}

describe('killTree', () => {
  it('terminates each once and is done when they are gone', async () => {
    const all = world([row(10), row(11)], (_signal, pid, running) => running.delete(pid))
    expect(await killTree(all)).toEqual({ ended: [row(10), row(11)], survivors: [] })
    expect(all.heard).toEqual(['0 SIGTERM 10', '0 SIGTERM 11'])
  })

  it('kills after 2 s what does not listen, stopped first', async () => {
    const all = world([row(10), row(11)], (signal, pid, running) => {
      if (signal === 'SIGKILL' || pid === 10) running.delete(pid)
    })
    expect((await killTree(all)).survivors).toEqual([])
    expect(all.heard).toEqual(['0 SIGTERM 10', '0 SIGTERM 11', '2000 SIGSTOP 11', '2000 SIGKILL 11'])
  })

  it('terminates what is started meanwhile', async () => {
    const all = world([row(10)], (_signal, pid, running) => {
      running.delete(pid)
      if (pid < 13) running.set(pid + 1, row(pid + 1))
    })
    expect(await killTree(all)).toEqual({ ended: [10, 11, 12, 13].map((pid) => row(pid)), survivors: [] })
  })

  it('stops all before it kills any: a child of the last moment is found', async () => {
    let forks = 3
    const all = world([row(10)], (signal, pid, running) => {
      if (signal === 'SIGSTOP' && forks-- > 0) running.set(pid + 1, row(pid + 1))
      if (signal === 'SIGKILL') running.delete(pid)
    })
    expect((await killTree(all)).survivors).toEqual([])
    const kills = all.heard.filter((line) => line.startsWith('2000'))
    expect(kills.map((line) => line.slice(5))).toEqual([
      ...[10, 11, 12, 13].map((pid) => `SIGSTOP ${pid}`),
      ...[10, 11, 12, 13].map((pid) => `SIGKILL ${pid}`),
    ])
  })

  it('tells two processes of one pid apart', async () => {
    const all = world([row(10)], (_signal, pid, running) => {
      if (running.get(pid)?.startTime === 1) running.set(pid, row(pid, 2))
      else running.delete(pid)
    })
    expect((await killTree(all)).ended).toEqual([row(10, 1), row(10, 2)])
  })

  it('gives up on what nothing ends, and says so', async () => {
    const all = world([row(10)], () => {})
    const end = await killTree(all)
    expect(end.survivors).toEqual([row(10)])
    expect(describeSurvivors(end)).toBe('could not be ended: p10 (process 10)')
    expect(all.clock?.now()).toBe(5_000)
  })

  it('goes on when a signal cannot be sent', async () => {
    const all = world([row(10), row(11)], (_signal, pid, running) => {
      if (pid === 10) throw new Error('kill EPERM')
      running.delete(pid)
    })
    expect((await killTree(all)).survivors).toEqual([row(10)])
  })

  it('never signals everybody, nor itself', async () => {
    const all = world([row(0), row(1), row(process.pid)], () => {})
    expect(await killTree(all)).toEqual({ ended: [], survivors: [] })
    expect(all.heard).toEqual([])
  })

  it.each([
    ['cannot be listed', () => null],
    ['fail to be listed', () => Promise.reject(new Error('ps'))],
  ])('says that nothing is known when processes %s', async (_what, read) => {
    const all = world([], () => {})
    expect(await killTree({ ...all, tree: { read } })).toEqual({ ended: [], survivors: null })
  })

  it('leaves it to taskkill on Windows, at once', async () => {
    const all = world([row(10), row(11)], (_signal, pid, running) => running.delete(pid))
    expect((await killTree({ ...all, platform: 'win32' })).survivors).toEqual([])
    expect(all.heard).toEqual(['0 taskkill 10,11'])
  })

  it('tries taskkill again when it fails', async () => {
    let calls = 0
    const all = world([row(10)], (_signal, pid, running) => {
      if (++calls < 3) throw new Error('taskkill: not found')
      running.delete(pid)
    })
    expect((await killTree({ ...all, platform: 'win32' })).survivors).toEqual([])
    expect(calls).toBe(3)
  })
})

it('nothing is said where all have ended, and not that they have where nobody can tell', () => {
  expect(describeSurvivors({ ended: [row(10)], survivors: [] })).toBeNull()
  expect(describeSurvivors({ ended: [row(10)], survivors: null })).toContain('is not known')
})
