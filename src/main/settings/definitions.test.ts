import { describe, expect, test } from 'vitest'
import { SETTING_NAMES } from './definitions'
import { CASES } from './definitions.test-cases'
import { type Given, useBench } from './load-bench'

const bench = useBench()
const load = (given: Given = {}) => bench().load(given)

describe.each(SETTING_NAMES)('%s', (name) => {
  const {
    fallback,
    good,
    value,
    json = good,
    bad,
    accepted,
    fallbackShown,
    isSecret,
    beside = {},
  } = CASES[name]
  const shown = (raw: unknown) => (isSecret ? '<redacted>' : JSON.stringify(raw))

  test('has a default', () => {
    const { settings, origins, problems } = load()
    expect(settings[name]).toEqual(fallback)
    expect(origins[name]).toBe('default')
    expect(problems).toEqual([])
  })

  test.each([
    ['environment', { environment: { ...beside, [name]: good } }],
    ['user-file', { environment: beside, user: { [name]: json } }],
    ['user-file', { environment: beside, user: { [name]: good } }],
    ['installer-file', { environment: beside, installer: { [name]: json } }],
    ['installer-file', { environment: beside, installer: { [name]: good } }],
  ])('is taken from the %s', (origin, given) => {
    const { settings, origins, problems } = load(given)
    expect(settings[name]).toEqual(value)
    expect(origins[name]).toBe(origin)
    expect(problems).toEqual([])
  })

  test.each([
    ['environment', { environment: { [name]: bad } }],
    ['user file', { user: { [name]: bad } }],
    ['installer file', { installer: { [name]: bad } }],
  ])('falls to its default with one line when the %s is wrong', (origin, given) => {
    const { settings, origins, problems } = load(given)
    const { userFile, installerFile } = bench()
    const label = { environment: 'environment', 'user file': userFile, 'installer file': installerFile }[
      origin
    ]
    expect(settings[name]).toEqual(fallback)
    expect(origins[name]).toBe('default')
    expect(problems).toEqual([
      `${label}: ${name} is ${shown(bad)}; accepted: ${accepted}; the default is used: ${fallbackShown}`,
    ])
  })

  test('refuses an object in a file', () => {
    const { settings, problems } = load({ user: { [name]: { a: 1 } } })
    expect(settings[name]).toEqual(fallback)
    expect(problems).toEqual([
      `${bench().userFile}: ${name} is ${shown({ a: 1 })}; accepted: ${accepted}; the default is used: ${fallbackShown}`,
    ])
  })
})
