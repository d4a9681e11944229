import { afterEach, expect, it, vi } from 'vitest'
import { EngineProcess } from './engine-process'

const { killed } = vi.hoisted(() => ({ killed: [] as number[] }))
// Windows cannot be had here: its program is made up, and nothing else.
vi.mock('../../common/process/taskkill', () => ({
  runTaskkill: async (pids: readonly number[]) => {
    killed.push(...pids)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
  },
}))

const { platform } = process
afterEach(() => void Object.defineProperty(process, 'platform', { value: platform }))

it.skipIf(platform === 'win32')(
  'on Windows an engine is killed with its tree while it lives, and not once it is gone',
  async () => {
    Object.defineProperty(process, 'platform', { value: 'win32' })
    const engine = await EngineProcess.start({
      command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
      cwd: null,
      environment: {},
      onOutput: () => {},
    })
    engine.stop()
    await engine.exited
    expect(killed).toEqual([engine.pid])
    engine.kill()
    expect(killed).toEqual([engine.pid])
  },
)
