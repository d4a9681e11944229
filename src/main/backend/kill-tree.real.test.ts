import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { LinuxTree } from '../../common/process/linux-tree'
import { killTree } from './kill-tree'

interface Family {
  readonly tree: LinuxTree
  readonly root: ChildProcess
  /** The lines that the processes wrote. */
  told(): string[]
  /** All running processes with our mark, whosever children they are. */
  running(): number[]
}

function start(script: string): Family {
  const folder = mkdtempSync(join(tmpdir(), 'end-tree-'))
  const log = join(folder, 'log')
  const file = join(folder, 'root.cjs')
  writeFileSync(file, script)
  const marker = `END_TREE_TEST=${folder}`
  const root = spawn(process.execPath, [file], {
    stdio: 'ignore',
    env: { ...process.env, END_TREE_TEST: folder, LOG: log },
  })
  const running = () => marked(marker)
  onTestFinished(() => {
    for (const pid of running()) process.kill(pid, 'SIGKILL')
    rmSync(folder, { recursive: true })
  })
  return {
    tree: new LinuxTree(root.pid ?? 0, { marker }),
    root,
    told: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    running,
  }
}

/** Finds marked processes independently of the code under test: it reads every process of the machine. */
function marked(marker: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return pids.filter((pid) => {
    try {
      const isZombie = /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      return !isZombie && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(marker)
    } catch {
      return false
    }
  })
}

const HEAD = `
const { spawn } = require('node:child_process')
const { appendFileSync } = require('node:fs')
const tell = (line) => appendFileSync(process.env.LOG, line + '\\n')
const sh = (script, options) => spawn('sh', ['-c', script], { stdio: 'ignore', ...options })
setInterval(() => {}, 1000)
`

describe.runIf(process.platform === 'linux')('killTree on real processes', () => {
  it('lets them end by themselves', async () => {
    const family = start(`${HEAD}
      process.on('SIGTERM', () => { tell('root ends'); process.exit(0) })
      sh('trap "echo child ends >> $LOG; exit" TERM; echo ready >> $LOG; while :; do sleep 0.1; done')`)
    await vi.waitFor(() => expect(family.told()).toEqual(['ready']), 30_000)
    const { ended, survivors } = await killTree({ tree: family.tree })
    expect(survivors).toEqual([])
    expect(family.told().sort()).toEqual(['child ends', 'ready', 'root ends'])
    expect(ended.map(({ name }) => name)).toEqual(expect.arrayContaining(['node', 'sh']))
    expect(family.running()).toEqual([])
  })

  it('ends what traps SIGTERM, a daemon, and children of the last moment', async () => {
    const family = start(`${HEAD}
      process.on('SIGTERM', () => {
        tell('root forks')
        // Its parent ends at once: nobody sees whose child it was.
        sh('(trap "" TERM; setsid sleep 86 & sleep 85) & exit')
        setTimeout(() => process.exit(0), 30)
      })
      sh('trap "" TERM; echo trap >> $LOG; while :; do sleep 0.1; done')
      sh('sh -c "setsid sh -c \\'echo daemon >> $LOG; exec sleep 87\\' & exit" & exit')
      sh('trap "sleep 88 & exit" TERM; echo forker >> $LOG; while :; do sleep 0.1; done', { detached: true })`)
    await vi.waitFor(() => expect(family.told().sort()).toEqual(['daemon', 'forker', 'trap']), 30_000)
    const startedAt = performance.now()
    const { survivors } = await killTree({ tree: family.tree })
    expect(family.running()).toEqual([])
    expect(survivors).toEqual([])
    expect(family.told()).toContain('root forks')
    expect(performance.now() - startedAt).toBeGreaterThan(2_000)
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  }, 15_000)

  it('ends what forks as fast as it can', async () => {
    const family = start(`${HEAD}
      sh('trap "" TERM; echo ready >> $LOG; while :; do sleep 60 & sleep 0.01; done')`)
    await vi.waitFor(() => expect(family.told()).toEqual(['ready']), 30_000)
    expect((await killTree({ tree: family.tree })).survivors).toEqual([])
    expect(family.running()).toEqual([])
  }, 15_000)

  it('is done at once when all has gone before', async () => {
    const family = start('')
    await vi.waitFor(() => expect(family.root.exitCode).toBe(0), 30_000)
    expect(await killTree({ tree: family.tree })).toEqual({ ended: [], survivors: [] })
  })
})
