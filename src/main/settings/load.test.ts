import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Given, useBench } from './load-bench'
import { GIB, MIB } from './memory-size'

const bench = useBench()
const load = (given: Given = {}) => bench().load(given)

describe('precedence', () => {
  const environment = { STUDIO_JOBS_KEEP: '1' }
  const user = { STUDIO_JOBS_KEEP: 2 }
  const installer = { STUDIO_JOBS_KEEP: 3 }

  test('environment, then the user file, then the installer file', () => {
    expect(load({ environment, user, installer }).settings.STUDIO_JOBS_KEEP).toBe(1)
    expect(load({ user, installer }).settings.STUDIO_JOBS_KEEP).toBe(2)
    fs.rmSync(bench().userFile)
    expect(load({ installer }).settings.STUDIO_JOBS_KEEP).toBe(3)
  })

  test('a wrong value does not give way to a weaker source', () => {
    const { settings, problems } = load({ environment: { STUDIO_JOBS_KEEP: 'x' }, user, installer })
    expect(settings.STUDIO_JOBS_KEEP).toBe(1000)
    expect(problems).toHaveLength(1)
  })

  test('a wrong value that nobody uses is not reported', () => {
    expect(load({ environment, user: { STUDIO_JOBS_KEEP: 'x' } }).problems).toEqual([])
  })

  test.each(['', '  '])('%j in the environment counts as not set', (empty) => {
    expect(load({ environment: { STUDIO_JOBS_KEEP: empty }, user }).settings.STUDIO_JOBS_KEEP).toBe(2)
  })

  test.each([null, ''])('%j in a file counts as not set', (empty) => {
    const given = { user: { STUDIO_JOBS_KEEP: empty }, installer }
    expect(load(given)).toMatchObject({ settings: { STUDIO_JOBS_KEEP: 3 }, problems: [] })
  })

  test("another name that dd-trace knows counts like the setting's own", () => {
    const { settings, origins, datadogEnvironment } = load({
      environment: { DD_SERVICE_NAME: 'mine' },
      user: { DD_SERVICE: 'file' },
    })
    expect(settings.DD_SERVICE).toBe('mine')
    expect(origins.DD_SERVICE).toBe('environment')
    expect(datadogEnvironment.DD_SERVICE).toBe('mine')
  })
})

describe('STUDIO_MONITOR_CONFIG', () => {
  test('names another user file', () => {
    const other = path.join(bench().root, 'other.json')
    fs.writeFileSync(other, '{ "STUDIO_JOBS_KEEP": 7 }')
    const given = { environment: { STUDIO_MONITOR_CONFIG: other }, user: { STUDIO_JOBS_KEEP: 8 } }
    expect(load(given)).toMatchObject({ settings: { STUDIO_JOBS_KEEP: 7 }, problems: [] })
  })

  test('that does not exist is one line, and the usual file is not read instead', () => {
    const missing = path.join(bench().root, 'missing.json')
    const given = { environment: { STUDIO_MONITOR_CONFIG: missing }, user: { STUDIO_JOBS_KEEP: 8 } }
    expect(load(given)).toMatchObject({
      settings: { STUDIO_JOBS_KEEP: 1000 },
      problems: [
        `environment: STUDIO_MONITOR_CONFIG names ${missing}, which does not exist; no user file is read`,
      ],
    })
  })

  test('means nothing in a file', () => {
    expect(load({ user: { STUDIO_MONITOR_CONFIG: '/x' } }).problems).toEqual([
      `${bench().userFile}: STUDIO_MONITOR_CONFIG is read from the environment only, and ignored here`,
    ])
  })
})

describe('defaults that depend on the machine and the app', () => {
  test.each([
    ['half a terabyte', 512 * GIB, null, 64 * GIB],
    ['16 GiB', 16 * GIB, null, Math.floor(16 * 1024 * 0.9) * MIB],
    ['a cgroup of 2 GiB', 512 * GIB, 2 * GIB, Math.floor(2 * 1024 * 0.9) * MIB],
    ['a cgroup larger than the machine', 16 * GIB, 32 * GIB, Math.floor(16 * 1024 * 0.9) * MIB],
    ['next to nothing', 16 * GIB, 1, 64 * MIB],
  ])('the memory limit on %s', (_, totalMemoryBytes, cgroupLimitBytes, expected) => {
    const { settings } = load({ context: { totalMemoryBytes, cgroupLimitBytes } })
    expect(settings.STUDIO_MEMORY_LIMIT).toBe(expected)
  })

  test('a packaged app has no example backend', () => {
    expect(load({ context: { packaged: true } }).settings.STUDIO_BACKEND_ENTRY).toBeNull()
  })

  test('relative paths start from the working folder, and in a file from its folder', () => {
    const entry = { STUDIO_BACKEND_ENTRY: 'b/entry.js' }
    expect(load({ environment: entry }).settings.STUDIO_BACKEND_ENTRY).toBe(path.resolve('b/entry.js'))
    expect(load({ installer: entry }).settings.STUDIO_BACKEND_ENTRY).toBe(
      path.join(bench().resourcesFolder, 'b/entry.js'),
    )
  })

  test('0 turns a limit off', () => {
    const { settings, listing } = load({ user: { STUDIO_MEMORY_LIMIT: 0, STUDIO_HEAP_LIMIT: '0' } })
    expect(settings).toMatchObject({ STUDIO_MEMORY_LIMIT: null, STUDIO_HEAP_LIMIT: null })
    expect(listing.find(({ name }) => name === 'STUDIO_MEMORY_LIMIT')?.value).toBe('off')
  })
})

test('nothing in the result can be changed', () => {
  const { settings, origins, datadogEnvironment } = load({
    environment: { STUDIO_BACKEND_ARGS: '["a"]', STUDIO_RESTART_LIMIT: '2/1h' },
  })
  for (const part of [settings, origins, datadogEnvironment, ...Object.values(settings)]) {
    expect(Object.isFrozen(part)).toBe(true)
  }
  const defaults = load().settings
  for (const value of Object.values(defaults)) expect(Object.isFrozen(value)).toBe(true)
})

describe('unknown names', () => {
  test('in the environment: STUDIO_* alone, with the nearest known name', () => {
    const environment = { STUDIO_RESTRAT: 'oom', STUDIO_MEM_LIMIT: '1GB', PORT: '1', studio_restart: 'x' }
    expect(load({ environment }).problems).toEqual([
      'environment: STUDIO_RESTRAT is unknown and ignored; the nearest known name is STUDIO_RESTART',
      'environment: STUDIO_MEM_LIMIT is unknown and ignored; the nearest known name is STUDIO_MEMORY_LIMIT',
    ])
  })

  test('in a file: everything that is neither ours nor DD_*', () => {
    const user = { studio_restart: 'oom', PORT: 1, DD_SITE: 'datadoghq.eu', 'DD_A=B': 1, 'a\nb': 2 }
    expect(load({ user }).problems).toEqual([
      `${bench().userFile}: studio_restart is unknown and ignored; the nearest known name is STUDIO_RESTART`,
      `${bench().userFile}: PORT is unknown and ignored`,
      `${bench().userFile}: DD_A=B is unknown and ignored`,
      `${bench().userFile}: "a\\nb" is unknown and ignored`,
    ])
  })

  test('a file full of them gives a bounded number of lines', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => [`NAME_${index}`, 1])
    const { problems } = load({ user: Object.fromEntries(names) })
    expect(problems).toHaveLength(21)
    expect(problems.at(-1)).toBe('settings: and 4980 more problems like these')
  })

  test('__proto__ is a name like any other', () => {
    fs.writeFileSync(bench().userFile, '{ "__proto__": { "STUDIO_JOBS_KEEP": 5 } }')
    const { settings, problems } = load()
    expect(settings.STUDIO_JOBS_KEEP).toBe(1000)
    expect(problems).toEqual([`${bench().userFile}: __proto__ is unknown and ignored`])
  })
})
