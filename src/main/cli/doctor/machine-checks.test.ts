import { describe, expect, it } from 'vitest'
import { checkLimits } from './limits-check'
import { checkSettings } from './settings-check'
import { checkTracer } from './tracer-check'
import { checkVersions } from './versions-check'

describe('settings', () => {
  const listing = [
    { name: 'DD_ENV', value: 'staging', origin: 'user-file' },
    { name: 'DD_API_KEY', value: '<redacted>', origin: 'environment' },
    { name: 'DD_SERVICE', value: 'studio', origin: 'default' },
  ] as const

  it('are listed with where they came from', () => {
    expect(checkSettings({ listing, problems: [], entryProblem: null })).toEqual({
      state: 'ok',
      summary: '2 set, 1 by default',
      details: ["DD_ENV = staging (the user's file)", 'DD_API_KEY = <redacted> (environment)'],
      usual: ['by default: DD_SERVICE = studio'],
      next: null,
    })
  })

  it('are those of the app that runs, and where they differ from here is told but for what its code says', () => {
    const running = {
      settings: [
        { name: 'DD_ENV', value: 'production', origin: 'default' as const },
        { name: 'DD_API_KEY', value: '<redacted>', origin: 'environment' as const },
        { name: 'DD_SERVICE', value: 'mine', origin: 'options' as const },
        { name: 'STUDIO_LOGS', value: 'send', origin: 'environment' as const },
      ],
      problems: [],
    }
    expect(checkSettings({ listing, problems: ['of here'], running, entryProblem: null })).toEqual({
      state: 'ok',
      summary: '3 set, 1 by default, in the app that runs',
      details: [
        'DD_API_KEY = <redacted> (environment)',
        "DD_SERVICE = mine (the app's code)",
        'STUDIO_LOGS = send (environment)',
        "started from here it would be otherwise: DD_ENV = staging (the user's file)",
        'started from here it would be otherwise: STUDIO_LOGS = not set',
      ],
      usual: ['by default: DD_ENV = production'],
      next: null,
    })
  })

  it('that cannot be used are a warning, and no backend to start is a problem', () => {
    const problems = ['environment: STUDIO_HEAP_LIMIT is "x"; ...']
    const wrong = checkSettings({ listing, problems, entryProblem: null })
    expect(wrong).toMatchObject({ state: 'warning', details: expect.arrayContaining(problems) })
    const none = checkSettings({ listing, problems: [], entryProblem: 'there is no file /x' })
    expect(none).toMatchObject({ state: 'problem', next: 'there is no file /x' })
  })
})

describe('versions', () => {
  const versions = {
    app: '0.1.0',
    electron: '33.2.1',
    node: '20.18.1',
    v8: '13.0',
    chrome: '130',
    tracer: '5.132.0',
    os: 'Linux',
  }
  const now = Date.parse('2026-12-01')
  it('are told, and an Electron that is too old is a problem', () => {
    const newer = { ...versions, electron: '45.4.1' }
    expect(checkVersions(newer, now)).toMatchObject({
      state: 'ok',
      summary: expect.stringContaining('45.4.1'),
    })
    expect(checkVersions({ ...versions, electron: '32.9.9' }, now).state).toBe('problem')
    expect(checkVersions({ ...newer, tracer: null }, now).summary).toContain('not found')
  })
  it('without security support are a warning with its day', () => {
    expect(checkVersions(versions, now)).toMatchObject({
      state: 'warning',
      details: expect.arrayContaining([expect.stringContaining('since 2025-04-29')]),
    })
  })
})

describe('the tracer', () => {
  const facts = {
    failure: null,
    inactive: null,
    loadedBefore: ['/app/dist/main/index.cjs', '/app/package.json'],
    codeCache: null,
    ownFolder: '/app/dist',
  }
  it.each([
    [{}, 'ok', 'before anything else'],
    [{ failure: "Cannot find module 'dd-trace'" }, 'problem', 'Cannot find module'],
    [{ inactive: 'DD_TRACE_ENABLED=false' }, 'warning', 'DD_TRACE_ENABLED=false'],
    [
      { loadedBefore: ['/app/dist/main/index.cjs', '/app/node_modules/x/index.js'] },
      'warning',
      'not loaded first',
    ],
    [{ loadedBefore: ['/app/dist-other/x.js'] }, 'warning', 'not loaded first'],
  ])('%j is %s', (over, state, summary) => {
    expect(checkTracer({ ...facts, ...over })).toMatchObject({
      state,
      summary: expect.stringContaining(summary),
    })
  })
})

describe('the code cache', () => {
  it.each([
    [true, 'code cache: used'],
    [false, 'code cache: rejected'],
    [null, 'code cache: none'],
  ])('%j is told as %s', (codeCache, words) => {
    for (const loadedBefore of [[], ['/other.js']]) {
      const { details } = checkTracer({
        failure: null,
        inactive: null,
        loadedBefore,
        codeCache,
        ownFolder: '/app',
      })
      expect(details.join()).toContain(words)
    }
  })
})

describe('memory limits', () => {
  const GIB = 2 ** 30
  const facts = { memoryLimit: 14 * GIB, heapLimit: null, machine: 16 * GIB, cgroup: null, countsKills: true }
  it.each([
    [{}, 'ok', 'the machine has 16 GiB'],
    [{ cgroup: 15 * GIB }, 'ok', 'the cgroup has 15 GiB'],
    [{ cgroup: 8 * GIB }, 'warning', 'the cgroup has 8 GiB'],
    [{ memoryLimit: 16 * GIB }, 'warning', 'the machine has 16 GiB'],
    [{ memoryLimit: null }, 'warning', 'is not limited'],
  ])('%j is %s', (over, state, summary) => {
    expect(checkLimits({ ...facts, ...over })).toMatchObject({
      state,
      summary: expect.stringContaining(summary),
    })
  })

  it('say that a kernel kill cannot be told from another', () => {
    expect(checkLimits({ ...facts, countsKills: false }).details.join()).toContain('cannot be read')
    expect(checkLimits({ ...facts, countsKills: null }).details.join()).not.toContain('cannot be read')
  })
})
