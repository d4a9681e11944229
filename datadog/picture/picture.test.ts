import { describe, expect, it } from 'vitest'
import { readText } from '../testing/files'
import { parseDashboard } from './dashboard-json'
import { axis, inWords } from './drawing/numbers'
import { BUCKET_S, Points } from './fleet/points'
import { compute } from './formula'
import { stampOf } from './index'
import { ask, reduce } from './query'

describe('the picture', () => {
  const json = readText('dashboard.json')
  const svg = readText('dashboard.svg')

  it('is of the dashboard as it is now; else `npm run metrics` draws it anew', () => {
    const cropped = readText('../docs/pictures/dashboard.svg')
    for (const drawn of [svg, cropped]) expect(/data-dashboard="(\w+)"/.exec(drawn)?.[1]).toBe(stampOf(json))
  })

  it('has every group and every widget, by its title', () => {
    const { title, widgets } = parseDashboard(JSON.parse(json))
    const titles = widgets.flatMap(({ definition }) => [
      definition,
      ...definition.widgets.map((one) => one.definition),
    ])
    expect(titles.length).toBeGreaterThan(30)
    for (const shown of [title, ...titles.map((one) => one.title)].filter(Boolean))
      expect(svg).toContain(`>${shown}</text>`)
  })
})

describe('a query', () => {
  const points = new Points()
  let now = 0
  const one = points.client({ host: 'a', version: '1' }, () => now)
  const other = points.client({ host: 'b', version: '2' }, () => now)
  one.gauge('studio.backend.up', 1)
  one.gauge('studio.backend.up', 0)
  other.gauge('studio.backend.up', 1)
  one.increment('studio.backend.deaths', 1, { cause: 'crash', oom: 'false' })
  one.increment('studio.backend.deaths', 2, { cause: 'killed', oom: 'true' })
  now = BUCKET_S
  one.increment('studio.backend.deaths', 4, { cause: 'killed', oom: 'true' })
  const start = (query: string) =>
    ask(points, query).map(({ group, values }) => [group.join(), ...values.slice(0, 2)])

  it.each([
    [
      'max:studio.backend.up{$env} by {host}',
      [
        ['a', 1, null],
        ['b', 1, null],
      ],
    ],
    [
      'min:studio.backend.up{$env} by {host}',
      [
        ['a', 0, null],
        ['b', 1, null],
      ],
    ],
    ['avg:studio.backend.up{*}', [['', 2 / 3, null]]],
    ['sum:studio.backend.up{*}', [['', 1.5, null]]],
    ['sum:studio.backend.deaths{*}.as_count()', [['', 3, 4]]],
    ['sum:studio.backend.deaths{$env,oom:true} by {cause}.as_count()', [['killed', 2, 4]]],
    ['sum:studio.backend.deaths{*} by {version}.as_count()', [['1', 3, 4]]],
    ['sum:studio.jobs.started{*}.as_count()', []],
  ])('%s', (query, lines) => expect(start(query)).toEqual(lines))

  it('that nobody understands is an error', () => {
    expect(() => ask(points, 'count:studio.backend.up{*}')).toThrow('not understood')
  })
})

describe('a formula', () => {
  const names = {
    up: [
      { group: ['a'], values: [1, null] },
      { group: ['b'], values: [0, 0] },
    ],
    limit: [{ group: [], values: [4, 4] }],
    none: [{ group: [], values: [null, null] }],
  }

  it.each([
    [
      'up / limit * 100',
      [
        ['a', 25, null],
        ['b', 0, 0],
      ],
    ],
    ['count_nonzero(up)', [['', 1, 0]]],
    ['count_not_null(up) - count_nonzero(up)', [['', 1, 1]]],
    ['limit / (limit + default_zero(none)) * 100', [['', 100, 100]]],
    ['limit + none', [['', null, null]]],
    ['limit - 1 - 1', [['', 2, 2]]],
  ])('%s', (formula, lines) => {
    expect(compute(formula, names).map(({ group, values }) => [group.join(), ...values])).toEqual(lines)
  })

  it('that nobody understands is an error', () => {
    expect(() => compute('up % 2', names)).toThrow('not understood')
  })
})

it.each([
  ['last', 5],
  ['sum', 8],
  ['max', 5],
  ['min', 1],
  ['avg', 8 / 3],
])('the %s of a line', (how, value) => {
  expect(reduce({ group: [], values: [2, null, 1, 5] }, how)).toBe(value)
  expect(reduce({ group: [], values: [null] }, how)).toBe(null)
})

it('figures read as in Datadog', () => {
  expect(inWords(57.6 * 2 ** 30, 'byte')).toBe('57.6 GiB')
  expect(inWords(425 * 2 ** 10, 'byte per second')).toBe('425 KiB/s')
  expect(inWords(0.0945, 'second')).toBe('94.5 ms')
  expect(inWords(5_400, 'second')).toBe('1.50 h')
  expect(inWords(12_345, 'number')).toBe('12 345')
  expect(inWords(97.3, 'percent', 1)).toBe('97.3 %')
  expect(axis(118, 'number')).toEqual({ end: 150, step: 50 })
  expect(axis(100, 'percent')).toEqual({ end: 100, step: 25 })
  expect(axis(360, 'second')).toEqual({ end: 480, step: 120 })
})
