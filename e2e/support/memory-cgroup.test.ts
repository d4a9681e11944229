import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, type TestContext, test } from 'vitest'
import { limitFiles, oomKillsOf } from './cgroup-files'
import { canMakeMemoryCgroup, MemoryCgroup } from './memory-cgroup'

const LIMIT = 96 * 1024 * 1024
// Bounded, so that a limit without effect fails the test and not the machine.
const EAT = 'const held = []; while (held.length < 512) held.push(Buffer.alloc(1 << 20, 1)); process.exit()'

async function withGroup(context: TestContext, use: (group: MemoryCgroup) => Promise<void>): Promise<void> {
  const possible = await canMakeMemoryCgroup()
  if (!possible.ok) return context.skip(possible.reason)
  const group = await MemoryCgroup.make(LIMIT)
  try {
    await use(group)
  } finally {
    await group.remove()
  }
  expect(existsSync(group.path)).toBe(false)
}

test('the kernel kills what eats more than the limit, and counts it', async (context) => {
  await withGroup(context, async (group) => {
    expect(group.oomKills()).toBe(0)
    const { command, args } = group.wrap(process.execPath, ['-e', EAT])
    const child = spawn(command, args, { stdio: 'ignore' })
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    expect(group.oomKills()).toBe(1)
  })
})

test('a launcher passes arguments, exit code and pid on, and knows who is inside', async (context) => {
  await withGroup(context, async (group) => {
    const launcher = await group.launcher(process.execPath)
    const script =
      'console.log(JSON.stringify([process.pid, ...process.argv.slice(1)])); process.exitCode = 3'
    const { pid, status, stdout } = spawnSync(launcher, ['-e', script, '--', "it's", 'a b', '$HOME'])
    expect(JSON.parse(stdout.toString())).toEqual([pid, "it's", 'a b', '$HOME'])
    expect(status).toBe(3)

    const inside = spawn(launcher, ['-e', 'console.log(1); setInterval(() => {}, 1000)'])
    await once(inside.stdout, 'data')
    expect(group.pids()).toEqual([inside.pid])
    await expect(group.remove({ timeout: 50 })).rejects.toThrow(`still in it: ${inside.pid}`)
    inside.kill('SIGKILL')
    await once(inside, 'exit')
    expect(group.oomKills()).toBe(0)
  })
})

test('a running process can be moved in', async (context) => {
  await withGroup(context, async (group) => {
    const child = spawn(process.execPath, ['-e', `process.stdin.once('data', () => { ${EAT} })`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    group.add(child.pid ?? 0)
    child.stdin.write('eat')
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    expect(group.oomKills()).toBe(1)
  })
})

test('writes the limits of either version so that swap cannot soften them', () => {
  expect(limitFiles(1, 1000)).toEqual([
    { file: 'memory.limit_in_bytes', value: '1000' },
    { file: 'memory.memsw.limit_in_bytes', value: '1000' },
    { file: 'memory.swappiness', value: '0' },
  ])
  expect(limitFiles(2, 1000)).toEqual([
    { file: 'memory.max', value: '1000' },
    { file: 'memory.swap.max', value: '0' },
  ])
})

test('reads the counter of either version', () => {
  expect(oomKillsOf('oom_kill_disable 0\nunder_oom 0\noom_kill 3\n')).toBe(3)
  expect(oomKillsOf('low 0\nhigh 0\nmax 12\noom 4\noom_kill 2\noom_group_kill 0\n')).toBe(2)
  expect(() => oomKillsOf('oom_kill_disable 0\nunder_oom 0\n')).toThrow('No oom_kill counter')
})
