import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Studio } from './support/app/studio'
import { expect, test } from './support/app/test'
import { writeCrashingModule } from './support/crash/crashing-module'

const isIntelLinux = process.platform === 'linux' && process.arch === 'x64'

test(
  'a crash in a native module is told with the module, and its minidump is kept',
  {
    tag: '@packed',
  },
  async ({ launch }, testInfo) => {
    test.skip(!isIntelLinux, 'the native module is for Linux on a 64-bit Intel')
    const file = testInfo.outputPath('sharp-linux-x64.node')
    mkdirSync(path.dirname(file), { recursive: true })
    writeCrashingModule(file)
    const studio = launch({
      backend: 'native-crash.cjs',
      env: { STUDIO_BACKEND_ARGS: JSON.stringify([file]), STUDIO_RESTART: 'never' },
    })
    const incident = await studio.incident()
    expect(incident).toMatchObject({ cause: 'crash', oom: false, confidence: 'proven', reason: 'crashed' })
    expect(incident.evidence[0]).toBe('crashed in sharp-linux-x64.node (SIGSEGV)')
    expect(incident.fingerprint).toBe('studio:crash:sharp-linux-x#.node')
    await studio.said(/crashed in sharp-linux-x64\.node \(SIGSEGV\)/)
    const [kept, ...others] = readdirSync(path.join(studio.dataFolder, 'crashes'))
    expect([kept, others]).toEqual([`${incident.id}.dmp`, []])
    expect(statSync(path.join(studio.dataFolder, 'crashes', String(kept))).mode & 0o777).toBe(0o600)
    // It was moved there: Crashpad keeps none of its own.
    expect(minidumps(studio)).toEqual([])
  },
)

test('a crash in Electron itself is told with its program', async ({ launch }) => {
  const studio = launch({ backend: 'native-crash.cjs', env: { STUDIO_RESTART: 'never' } })
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'crash', oom: false, reason: 'crashed' })
  expect(incident.evidence[0]).toMatch(/^crashed in [\w.-]+ \((SIG|EXC_|STATUS_)\w+\)/)
})

test('a heap that was full is told as that, and leaves no minidump', async ({ launch }) => {
  const studio = launch({
    backend: 'leaks/array.cjs',
    env: { STUDIO_HEAP_LIMIT: '64MiB', STUDIO_RESTART: 'never' },
  })
  const incident = await studio.incident()
  expect(incident.cause).toBe('heap-out-of-memory')
  expect(incident.evidence.join()).not.toContain('crashed in')
  expect(existsSync(path.join(studio.dataFolder, 'crashes'))).toBe(false)
  expect(minidumps(studio)).toEqual([])
})

/** Those in Crashpad's own folder. */
function minidumps(studio: Studio): string[] {
  const folder = path.join(studio.userData, 'Crashpad')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dmp'))
}
