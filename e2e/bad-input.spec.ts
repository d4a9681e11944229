import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { canMount, Tmpfs } from '../testing/disk/tmpfs'
import { waitFor } from '../testing/waiting/wait-for'
import { newDataFolder } from './support/app/studio'
import { expect, test } from './support/app/test'

const backend = 'strange.cjs'
const behaves = (...args: string[]) => ({ STUDIO_BACKEND_ARGS: JSON.stringify(args) })
const EACH_SECOND = { DD_PROFILING_UPLOAD_PERIOD: '1' }

// A fuse closes the packed app's inspector to others, not to its own profiler.
/** `src/preload/profiler/bad-input.test.ts` has them too, in plain Node. */
const LONG_FORM = [
  'replaces console',
  'replaces diagnostics_channel',
  'replaces the timers',
  'debugs and profiles itself',
]

for (const what of [
  'is like any other',
  'replaces process.on',
  'replaces console',
  'replaces diagnostics_channel',
  'replaces the timers',
  'freezes what is built in',
  'opens its own inspector',
  'debugs and profiles itself',
  'blocks in native code',
])
  test(`a backend that ${what} is profiled, and ends as it is asked to`, {
    tag: what === 'opens its own inspector' ? '@packed' : LONG_FORM.includes(what) ? '@long' : [],
  }, async ({ launch, agent }) => {
    const studio = launch({
      backend,
      env: { ...EACH_SECOND, DD_TRACE_AGENT_URL: agent.url, ...behaves(what) },
    })
    const tagged = (seq: number) =>
      agent.waitForProfile(({ event }) => String(event.tags_profiler).endsWith(`profile_seq:${seq}`))
    // The third is of a time in which the backend did what it does.
    expect((await tagged(2)).attachments.get('wall.pprof')?.length).toBeGreaterThan(0)
    expect(studio.incidents().filter(({ cause }) => cause !== 'unresponsive')).toEqual([])
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    expect(studio.incidents().filter(({ cause }) => cause !== 'unresponsive')).toEqual([])
    expect(studio.output).not.toMatch(/could not be taken|not profiled|Check failed|FATAL/)
  })

test('a backend that exits while its profiles are taken has exited, each time', async ({ launch }) => {
  const starts = path.join(mkdtempSync(path.join(os.tmpdir(), 'studio-e2e-')), 'starts')
  const studio = launch({ backend, env: { ...EACH_SECOND, ...behaves('exits again and again', starts) } })
  await studio.incident(4)
  const deaths = studio.incidents().map(({ cause, exitCode }) => ({ cause, exitCode }))
  expect(deaths.slice(0, 4)).toEqual(Array(4).fill({ cause: 'error-exit', exitCode: 3 }))
})

for (const [trouble, spoil] of [
  ['a full disk', (disk: Tmpfs) => disk.fill()],
  ['a read-only disk', (disk: Tmpfs) => disk.remount('ro')],
] as const)
  test(`profiles on ${trouble} are one line, and the backend runs on`, async ({ launch }) => {
    const mountable = await canMount()
    test.skip(!mountable.ok, mountable.ok ? '' : mountable.reason)
    const disk = await Tmpfs.mount(64 * 1024)
    const dataFolder = newDataFolder()
    mkdirSync(path.join(disk.path, 'profiles'))
    symlinkSync(path.join(disk.path, 'profiles'), path.join(dataFolder, 'profiles'))
    await spoil(disk)
    try {
      const studio = launch({ backend, dataFolder, env: { ...EACH_SECOND, ...behaves('is like any other') } })
      const lines = () => studio.output.match(/^.*a profile could not be taken: .*$/gm) ?? []
      await studio.said(/a profile could not be taken: (?:ENOSPC|EROFS).*; it is tried again/)
      const beats = () => studio.output.match(/^beat \d+$/gm)?.length ?? 0
      const from = beats()
      // Four periods more.
      await waitFor(() => beats() >= from + 4, { what: () => `beats:\n${studio.output}` })
      expect(lines()).toHaveLength(1)
      expect(await studio.quit()).toEqual({ code: 0, signal: null })
      expect(studio.incidents()).toEqual([])
    } finally {
      await disk.unmount()
    }
  })
