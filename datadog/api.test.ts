// Checks against the client of Datadog's API that it accepts the files here.

import { ObjectSerializer } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer'
import { ObjectSerializer as ObjectSerializer2 } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/models/ObjectSerializer'
import { describe, expect, it } from 'vitest'
import { monitorFiles, readJson } from './testing/files'

/** @throws if a field is missing, unknown, or of a value that the API does not know */
function parse(json: unknown, type: 'Dashboard' | 'Monitor'): unknown {
  const parsed = ObjectSerializer.deserialize(json, type, '')
  complain(parsed, type)
  return parsed
}

/** Fails for the names under which the client keeps unknown fields, instead of rejecting them. */
function complain(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) complain(inner, `${path}.${name}`)
  if ('_data' in value)
    throw new Error(`${path} is not of its type: ${JSON.stringify(value._data).slice(0, 200)}`)
  if ('_unparsed' in value && value._unparsed === true) throw new Error(`${path} is not of its type`)
  if ('additionalProperties' in value && value.additionalProperties !== undefined)
    throw new Error(`${path} has unknown fields: ${Object.keys(value.additionalProperties ?? {})}`)
}

const FILES = [
  ['dashboard.json', 'Dashboard'],
  ...monitorFiles().map((name) => [name, 'Monitor'] as const),
] as const

describe.each(FILES)('%s', (name, type) => {
  it('is what the API takes, to the last field', () => {
    const json = readJson(name)
    expect(ObjectSerializer.serialize(parse(json, type), type, '')).toEqual(json)
  })
})

it.each([
  ['percentiles.json', 'Array<MetricTagConfigurationCreateRequest>'],
  ['retention-filter.json', 'RetentionFilterCreateRequest'],
])('%s is what the second version of the API takes', (name, type) => {
  const json = readJson(name)
  const parsed = ObjectSerializer2.deserialize(json, type, '')
  complain(parsed, type)
  expect(ObjectSerializer2.serialize(parsed, type, '')).toEqual(json)
})

/** Copies with one field changed; `undefined` removes it. */
function changed(json: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const copy = structuredClone(json)
  const last = path.at(-1) ?? ''
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy)
  ;(parent as Record<string, unknown>)[last] = value
  return copy
}

describe('the check itself refuses', () => {
  const inGroup = ['widgets', 1, 'definition', 'widgets', 2, 'definition']

  it.each([
    ['a missing field', ['title'], undefined],
    ['an unknown field', ['tittle'], 'Hanzo Studio'],
    ['an unknown value', ['layout_type'], 'sorted'],
    ['an unknown kind of widget, deep inside', [...inGroup, 'type'], 'query_values'],
    ['an unknown field, deep inside', [...inGroup, 'requests', 0, 'querys'], []],
  ])('%s of a dashboard', (_, path, value) => {
    expect(() => parse(changed(readJson('dashboard.json'), path, value), 'Dashboard')).toThrow()
  })

  it.each([
    ['a missing field', ['query'], undefined],
    ['an unknown option', ['options', 'noDataTimeframe'], 3],
    ['an unknown type', ['type'], 'metrics alert'],
  ])('%s of a monitor', (_, path, value) => {
    expect(() => parse(changed(readJson('monitors/crash-loop.json'), path, value), 'Monitor')).toThrow()
  })
})
