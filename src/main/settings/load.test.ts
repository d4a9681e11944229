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

  test("then what the app gives in code, then the app's package.json", () => {
    const manifest = { name: 'app', studioMonitor: { STUDIO_JOBS_KEEP: 5 } }
    const options = { STUDIO_JOBS_KEEP: 4 }
    expect(load({ installer, options, manifest }).settings.STUDIO_JOBS_KEEP).toBe(3)
    fs.rmSync(bench().installerFile)
    const given = load({ options, manifest })
    expect([given.settings.STUDIO_JOBS_KEEP, given.origins.STUDIO_JOBS_KEEP]).toEqual([4, 'options'])
    const shipped = load({ manifest })
    expect([shipped.settings.STUDIO_JOBS_KEEP, shipped.origins.STUDIO_JOBS_KEEP]).toEqual([5, 'package'])
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
    expect(listing().find(({ name }) => name === 'STUDIO_MEMORY_LIMIT')?.value).toBe('off')
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

describe("the app's own settings", () => {
  test('in its package.json reach dd-trace, and paths start from there', () => {
    const studioMonitor = {
      DD_ENV: 'staging',
      DD_TAGS: 'team:studio',
      STUDIO_BACKEND_ENTRY: 'dist/backend.js',
    }
    const { settings, datadogEnvironment, problems } = load({ manifest: { studioMonitor } })
    expect(datadogEnvironment).toMatchObject({ DD_ENV: 'staging', DD_TAGS: 'team:studio' })
    expect(settings.STUDIO_BACKEND_ENTRY).toBe(path.join(bench().root, 'dist/backend.js'))
    expect(problems).toEqual([])
  })

  test.each([
    [{ name: 'app' }, []],
    [{ studioMonitor: null }, []],
    [{ studioMonitor: 'DD_ENV=x' }, [/package\.json, "studioMonitor" is "DD_ENV=x"; accepted: an object/]],
    [{ studioMonitor: ['DD_ENV'] }, [/"studioMonitor" is \["DD_ENV"\]; accepted: an object/]],
    [
      { studioMonitor: { STUDIO_RESTRAT: 'oom' } },
      [/"studioMonitor": STUDIO_RESTRAT is unknown.*STUDIO_RESTART/],
    ],
    [{ studioMonitor: { STUDIO_RESTART: 'now' } }, [/"studioMonitor": STUDIO_RESTART is "now"; accepted/]],
    [
      { studioMonitor: { consent: 'perhaps' } },
      [
        /"studioMonitor": consent is "perhaps"; accepted: pending, granted or denied; nothing is sent before setConsent\('granted'\)$/,
      ],
    ],
    [{ studioMonitor: { consent: 'pending' } }, []],
  ])('package.json %j', (manifest, lines) => {
    const { problems } = load({ manifest })
    expect(problems).toHaveLength(lines.length)
    for (const [n, line] of lines.entries()) expect(problems[n]).toMatch(line)
  })

  test.each([
    [undefined, []],
    [{}, []],
    [{ STUDIO_JOBS_KEEP: undefined }, []],
    ['DD_ENV', [/^startStudioMonitor\(\{ settings \}\) is "DD_ENV"; accepted: an object/]],
    [{ DD_ENV: 'x' }, [/^startStudioMonitor\(\{ settings \}\): DD_ENV comes too late: .*; it is ignored$/]],
    [{ STUDIO_JOBS_KEEP: -1 }, [/^startStudioMonitor\(\{ settings \}\): STUDIO_JOBS_KEEP is -1; accepted/]],
    [{ jobsKept: 5 }, [/^startStudioMonitor\(\{ settings \}\): jobsKept is unknown and ignored/]],
  ])('in code %j', (options, lines) => {
    const { problems, settings } = load({ options })
    expect(problems).toHaveLength(lines.length)
    for (const [n, line] of lines.entries()) expect(problems[n]).toMatch(line)
    expect([settings.DD_ENV, settings.STUDIO_JOBS_KEEP]).toEqual(['production', 1_000])
  })

  test.each([true, false])('hold no API key where the app is packaged: %s', (packaged) => {
    const manifest = { studioMonitor: { DD_API_KEY: 'canary-in-the-key' } }
    const { settings, problems, datadogEnvironment } = load({ manifest, context: { packaged } })
    expect(settings.DD_API_KEY).toBe(packaged ? null : 'canary-in-the-key')
    expect(datadogEnvironment.DD_API_KEY).toBe(packaged ? '' : 'canary-in-the-key')
    expect(problems.filter((line) => /"studioMonitor": DD_API_KEY is refused/.test(line))).toHaveLength(
      packaged ? 1 : 0,
    )
    expect(problems.join()).not.toContain('canary')
  })
})

describe('the service', () => {
  const serviceOf = (embeddingApp: string | null) => load({ context: { embeddingApp } }).settings.DD_SERVICE
  test('is the name of an app that embeds the monitor', () => {
    expect(serviceOf('Hanzo Desktop')).toBe('Hanzo Desktop')
    expect(serviceOf(null)).toBe('hanzo-studio-inference')
  })
  test.each(['Electron', '', 'two\nlines', 'x'.repeat(300)])('is not one that is no name: %j', (name) => {
    expect(serviceOf(name)).toBe('hanzo-studio-inference')
  })
})

describe('what a packaged app runs', () => {
  const RUN = {
    STUDIO_BACKEND_ENTRY: '/theirs.cjs',
    STUDIO_BACKEND_ARGS: '["theirs"]',
    STUDIO_ENGINE_COMMAND: '["theirs"]',
    STUDIO_ENGINE_CWD: '/theirs',
  }
  const OURS = { STUDIO_BACKEND_ENTRY: '/ours.cjs', STUDIO_ENGINE_COMMAND: ['ours'] }
  const packaged = { packaged: true }
  const run = ({ settings }: ReturnType<typeof load>) => [
    settings.STUDIO_BACKEND_ENTRY,
    settings.STUDIO_BACKEND_ARGS,
    settings.STUDIO_ENGINE_COMMAND,
    settings.STUDIO_ENGINE_CWD,
  ]
  const theirs = ['/theirs.cjs', ['theirs'], ['theirs'], '/theirs']

  test.each([
    ['environment', { environment: RUN }, 'environment'],
    ["user's file", { user: RUN }, 'settings.json'],
  ])('is not chosen by the %s, in one line', (_what, given, label) => {
    const loaded = load({ ...given, installer: OURS, context: packaged })
    expect(run(loaded)).toEqual(['/ours.cjs', [], ['ours'], null])
    expect(loaded.origins.STUDIO_BACKEND_ENTRY).toBe('installer-file')
    expect(loaded.problems).toHaveLength(1)
    expect(loaded.problems[0]).toMatch(
      /^settings: ignored: STUDIO_BACKEND_ENTRY, STUDIO_BACKEND_ARGS, STUDIO_ENGINE_COMMAND, STUDIO_ENGINE_CWD \(/,
    )
    expect(loaded.problems[0]).toContain(label)
  })

  test.each<[string, Given]>([
    ["the installer's file", { installer: { ...OURS, STUDIO_BACKEND_OVERRIDE: true } }],
    ["the app's code", { options: { ...OURS, STUDIO_BACKEND_OVERRIDE: 'true' } }],
    ["the app's package.json", { manifest: { studioMonitor: { ...OURS, STUDIO_BACKEND_OVERRIDE: '1' } } }],
  ])('is chosen by others where %s lets them', (_what, given) => {
    const loaded = load({ ...given, environment: RUN, context: packaged })
    expect(run(loaded)).toEqual(theirs)
    expect(loaded.problems).toEqual([])
  })

  test.each<[string, Given, RegExp]>([
    [
      'the environment',
      { environment: { STUDIO_BACKEND_OVERRIDE: 'true', ...RUN } },
      /^environment: STUDIO_BACKEND_OVERRIDE is read from the installer/,
    ],
    [
      "the user's file",
      { user: { STUDIO_BACKEND_OVERRIDE: true, ...RUN } },
      /settings\.json: STUDIO_BACKEND_OVERRIDE is read from the installer/,
    ],
  ])('is not chosen by others because %s says so', (_what, given, line) => {
    const loaded = load({ ...given, installer: OURS, context: packaged })
    expect(run(loaded)).toEqual(['/ours.cjs', [], ['ours'], null])
    expect(loaded.settings.STUDIO_BACKEND_OVERRIDE).toBe(false)
    expect(loaded.problems[0]).toMatch(line)
    expect(loaded.problems).toHaveLength(2)
  })

  test('is chosen by anybody in development', () => {
    const loaded = load({ environment: RUN, installer: OURS })
    expect(run(loaded)).toEqual(theirs)
    expect(loaded.problems).toEqual([])
  })
})
