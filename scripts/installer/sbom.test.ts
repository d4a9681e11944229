import { readFileSync } from 'node:fs'
import path from 'node:path'
import Ajv from 'ajv'
import { expect, it } from 'vitest'
import type { ShippedPackage } from '../dependencies/shipped.mjs'
import { billOfMaterials } from './sbom.mjs'

const SCHEMAS = path.resolve('node_modules/@cyclonedx/cyclonedx-library/res/schema')
const read = (name: string) => JSON.parse(readFileSync(path.join(SCHEMAS, name), 'utf8'))

/** CycloneDX's own schema for 1.6. */
function validator() {
  const ajv = new Ajv({ strict: false, validateFormats: false })
  for (const name of ['jsf-0.82', 'spdx', 'cryptography-defs'])
    ajv.addSchema({
      ...read(`${name}.SNAPSHOT.schema.json`),
      $id: `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`,
    })
  return ajv.compile(read('bom-1.6.SNAPSHOT.schema.json'))
}

const part = (name: string, changes: Partial<ShippedPackage> = {}): ShippedPackage => ({
  name,
  version: '1.2.3',
  licence: 'MIT',
  folder: `node_modules/${name}`,
  bytes: 10,
  neededBy: [],
  inside: null,
  exampleOnly: false,
  ...changes,
})
const shipped = [
  part('dd-trace', { version: '5.132.0', licence: '(Apache-2.0 OR BSD-3-Clause)' }),
  part('@scope/name'),
  part('long', { version: '5.132.0', inside: 'dd-trace' }),
  part('twice', { folder: 'node_modules/a/node_modules/twice' }),
  part('twice'),
  part('express', { exampleOnly: true }),
]
const options = {
  app: { name: 'studio-datadog-monitor', version: '0.1.0', license: 'MIT' },
  electron: '33.2.1',
  electronHash: 'a'.repeat(64),
  shipped,
}
const bom = JSON.parse(billOfMaterials(options))
const components: readonly { name: string; version?: string; purl?: string }[] = bom.components

it("is valid by CycloneDX's schema", () => {
  const validate = validator()
  expect(validate(bom), JSON.stringify(validate.errors)).toBe(true)
  expect(validate({ ...bom, bomFormat: 'another' })).toBe(false)
})

it('names what is in the installer, once, and nothing of the example', () => {
  expect(components.map(({ name }) => name).sort()).toEqual([
    '@scope/name',
    'dd-trace',
    'electron',
    'long',
    'twice',
  ])
  expect(components.find(({ name }) => name === '@scope/name')?.purl).toBe('pkg:npm/%40scope/name@1.2.3')
  // dd-trace does not say which version of it this is: none is claimed.
  expect(components.find(({ name }) => name === 'long')).not.toHaveProperty('version')
})

it('names Electron with the checksum of its archive, where that is known', () => {
  const electron = (hash?: string) => {
    const { electronHash: _, ...others } = options
    const made = JSON.parse(billOfMaterials({ ...others, ...(hash !== undefined && { electronHash: hash }) }))
    return made.components.find(({ name }: { name: string }) => name === 'electron')
  }
  expect(electron('b'.repeat(64)).hashes).toEqual([{ alg: 'SHA-256', content: 'b'.repeat(64) }])
  expect(electron()).not.toHaveProperty('hashes')
})
