import { readFileSync } from 'node:fs'
import path from 'node:path'
import type * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { CAUSES, DEATH_CAUSES } from '../src/main/backend/cause'
import { IncidentSchema } from '../src/main/records/incidents/incident-schema'
import { FailedJobSchema } from '../src/main/records/jobs/failed-job-schema'

interface Schema {
  readonly type: string
  readonly entries?: Readonly<Record<string, Schema>>
  readonly item?: Schema
  readonly wrapped?: Schema
}

const DOCUMENT = readFileSync(path.join(__dirname, '../docs/data-folder.md'), 'utf8')

/** A row of a table, by its field: the type's name and the words. */
function rowsOf(heading: string): ReadonlyMap<string, { readonly type: string; readonly words: string }> {
  const section = DOCUMENT.split(`\n### ${heading}\n`)[1]?.split('\n### ')[0] ?? ''
  const rows = section.matchAll(/^\| `([\w.]+)` \| ([\w?]+) \| (.*) \|$/gm)
  return new Map([...rows].map(([, field = '', type = '', words = '']) => [field, { type, words }]))
}

/** An object's fields, and what is in those that lie within the record. */
const fieldsOf = (schema: v.GenericSchema<unknown, unknown>) =>
  Object.entries((schema as unknown as Schema).entries ?? {}).map(([name, field]) => ({ name, field }))

function inner(schema: Schema): Schema {
  return schema.wrapped ? inner(schema.wrapped) : schema.item ? inner(schema.item) : schema
}

function isNullable(schema: Schema): boolean {
  return schema.type === 'nullable' || (schema.wrapped !== undefined && isNullable(schema.wrapped))
}

describe.each([
  ['incidents/ID.json', IncidentSchema, ['memory']],
  ['failed-jobs.json', FailedJobSchema, []],
] as const)('%s', (heading, schema, opened) => {
  const rows = rowsOf(heading)
  const fields = fieldsOf(schema).flatMap(({ name, field }) =>
    opened.some((one) => one === name)
      ? Object.entries(field.entries ?? {}).map(([own, of]) => ({ name: `${name}.${own}`, field: of }))
      : [{ name, field }],
  )

  it('has each of its fields in the document, and no other', () => {
    expect(fields.length).toBeGreaterThan(20)
    expect([...rows.keys()]).toEqual(fields.map(({ name }) => name))
  })

  it('says of each whether it may be null', () => {
    const said = fields.map(({ name }) => [name, rows.get(name)?.type.endsWith('?')])
    expect(said).toEqual(fields.map(({ name, field }) => [name, isNullable(field)]))
  })

  it('names what is in each object', () => {
    for (const { name, field } of fields) {
      const words = rows.get(name)?.words ?? ''
      for (const own of Object.keys(inner(field).entries ?? {}))
        expect(words, name).toMatch(new RegExp(`\`${own}\`|as of an incident|node of Studio's engine`))
    }
  })
})

it('names every cause', () => {
  const named = (text: string) => [...text.matchAll(/`([a-z-]+)`/g)].map(([, cause]) => cause)
  const [deaths, jobs] = ['incidents/ID.json', 'failed-jobs.json'].map((heading) =>
    named(rowsOf(heading).get('cause')?.words ?? ''),
  )
  expect(deaths).toEqual(DEATH_CAUSES)
  expect([...(deaths ?? []), ...(jobs ?? [])]).toEqual(CAUSES)
})
