import { describe, expect, it } from 'vitest'
import type { Settings } from '../settings/definitions'
import type { Origin } from '../settings/load'
import { type BackendOptions, chooseBackend } from './choice'

const NOTHING = {
  STUDIO_BACKEND_ENTRY: '/example.cjs',
  STUDIO_BACKEND_ARGS: [],
  STUDIO_ENGINE_COMMAND: null,
  STUDIO_ENGINE_CWD: null,
  STUDIO_ENGINE_URL: null,
  STUDIO_ENGINE_FREE: false,
  STUDIO_ENGINE_PROBE: true,
} as unknown as Settings

/** Settings with the origin of each. */
type Made = { readonly [Name in keyof Settings]?: readonly [value: Settings[Name], origin: Origin] }

function choose(made: Made, options: BackendOptions = {}) {
  const values = Object.entries(made).map(([name, [value]]) => [name, value])
  const origins = Object.entries(made).map(([name, [, origin]]) => [name, origin] as const)
  return chooseBackend({
    settings: { ...NOTHING, ...Object.fromEntries(values) },
    origins: {
      ...Object.fromEntries(Object.keys(NOTHING).map((name) => [name, 'default' as const])),
      ...Object.fromEntries(origins),
    },
    options,
    engineRunner: '/engine.cjs',
  })
}

const COMMAND = ['python3', 'main.py', '--port', '9000']

describe('what is run', () => {
  it('is the default when nobody says anything', () => {
    expect(choose({})).toMatchObject({ entry: '/example.cjs', args: [], engine: null, notes: [] })
  })

  it('is what the app asks for, and what is set before that', () => {
    const options = { backend: { entry: '/app.cjs', args: ['a'] } }
    expect(choose({}, options)).toMatchObject({ entry: '/app.cjs', args: ['a'] })
    expect(choose({ STUDIO_BACKEND_ENTRY: ['/set.cjs', 'user-file'] }, options)).toMatchObject({
      entry: '/set.cjs',
      args: ['a'],
    })
  })

  it('is what the app asks for in code, before what its package.json says', () => {
    const made: Made = {
      STUDIO_BACKEND_ENTRY: ['/package.cjs', 'package'],
      STUDIO_BACKEND_ARGS: [['package'], 'package'],
      STUDIO_ENGINE_CWD: ['/package', 'package'],
    }
    expect(choose(made)).toMatchObject({ entry: '/package.cjs', args: ['package'] })
    expect(choose(made, { backend: { entry: '/app.cjs' } })).toMatchObject({
      entry: '/app.cjs',
      args: ['package'],
    })
    const engine = choose(made, { engine: { command: COMMAND } }).engine
    expect(engine).toMatchObject({ command: COMMAND, cwd: '/package' })
    const packaged: Made = { STUDIO_ENGINE_COMMAND: [['other'], 'package'] }
    expect(choose(packaged).engine?.command).toEqual(['other'])
    expect(choose(packaged, { engine: { command: COMMAND } }).engine?.command).toEqual(COMMAND)
    expect(choose(packaged, { backend: { entry: '/app.cjs' } })).toMatchObject({
      entry: '/app.cjs',
      engine: null,
    })
  })

  it('is the engine when its command is set, whatever the app asks for', () => {
    const choice = choose(
      { STUDIO_ENGINE_COMMAND: [COMMAND, 'installer-file'] },
      { backend: { entry: '/app.cjs' } },
    )
    expect(choice).toMatchObject({
      entry: '/engine.cjs',
      engine: { command: COMMAND, cwd: null, url: 'http://127.0.0.1:9000', freesMemory: false },
      notes: [],
    })
    expect(choice).toMatchObject({ args: [], engine: { isProbed: true } })
  })

  it('is the engine that the app asks for, unless a file is set', () => {
    const options = { engine: { command: COMMAND, cwd: '/studio' } }
    expect(choose({}, options).engine).toMatchObject({ command: COMMAND, cwd: '/studio' })
    expect(choose({ STUDIO_BACKEND_ENTRY: ['/set.cjs', 'environment'] }, options).entry).toBe('/set.cjs')
  })

  it('is the one from the stronger source when both are set, the engine from the same, and a note says so', () => {
    const both = (engine: Origin, entry: Origin) =>
      choose({ STUDIO_ENGINE_COMMAND: [COMMAND, engine], STUDIO_BACKEND_ENTRY: ['/set.cjs', entry] })
    expect(both('environment', 'environment')).toMatchObject({
      entry: '/engine.cjs',
      notes: [expect.stringMatching(/both set: the engine is run/)],
    })
    expect(both('user-file', 'installer-file').entry).toBe('/engine.cjs')
    expect(both('installer-file', 'environment')).toMatchObject({
      entry: '/set.cjs',
      engine: null,
      notes: [expect.stringMatching(/both set: .*STUDIO_BACKEND_ENTRY, is run/)],
    })
  })

  it('holds jobs where prevention is asked for and the engine has its probe; a note says where it does not', () => {
    const prevent = { STUDIO_ADMISSION: ['prevent', 'environment'] } as const
    const engine = { STUDIO_ENGINE_COMMAND: [COMMAND, 'environment'] } as const
    expect(choose({ ...engine, ...prevent })).toMatchObject({
      engine: { holds: true, foresees: true },
      notes: [],
    })
    expect(choose({ ...engine, STUDIO_ADMISSION: ['report', 'environment'] }).engine?.holds).toBe(false)
    expect(choose({ ...engine, ...prevent, STUDIO_ENGINE_PROBE: [false, 'environment'] })).toMatchObject({
      engine: { holds: false },
      notes: [
        expect.stringMatching(/^STUDIO_ADMISSION=prevent holds no job without the probe in the engine: /),
      ],
    })
    expect(choose(prevent).notes).toEqual([
      expect.stringMatching(/^STUDIO_ADMISSION=prevent holds no job in a backend of JavaScript: /),
    ])
  })

  it('has the address that is set, without a slash at its end', () => {
    const choice = choose({
      STUDIO_ENGINE_COMMAND: [COMMAND, 'environment'],
      STUDIO_ENGINE_URL: ['http://localhost:1234/studio/', 'environment'],
    })
    expect(choice.engine?.url).toBe('http://localhost:1234/studio')
  })
})
