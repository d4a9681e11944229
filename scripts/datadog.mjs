// @ts-check
// The JSON in `datadog/`, as Datadog's API takes it, from its definition in TypeScript.
//   node scripts/datadog.mjs            writes it
//   node scripts/datadog.mjs --check    fails when it is not up to date
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadTypeScript } from './generated-table.mjs'

const folder = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'datadog')
/** @param {'v1' | 'v2'} version of the API */
const serializer = (version) =>
  createRequire(import.meta.url)(
    `@datadog/datadog-api-client/dist/packages/datadog-api-client-${version}/models/ObjectSerializer`,
  ).ObjectSerializer
const ObjectSerializer = serializer('v1')
const ObjectSerializer2 = serializer('v2')

/** @type {typeof import('../datadog/definition')} */
const { dashboard, metadata, monitors, percentiles, retentionFilter } = await loadTypeScript(
  'datadog/definition/index.ts',
)

/** @type {Map<string, unknown>} */
const files = new Map([
  ['dashboard.json', ObjectSerializer.serialize(dashboard, 'Dashboard', '')],
  ['metrics.json', metadata],
  [
    'percentiles.json',
    ObjectSerializer2.serialize(percentiles, 'Array<MetricTagConfigurationCreateRequest>', ''),
  ],
  ['retention-filter.json', ObjectSerializer2.serialize(retentionFilter, 'RetentionFilterCreateRequest', '')],
  ...Object.entries(monitors).map(
    ([name, monitor]) =>
      /** @type {const} */ ([`monitors/${name}.json`, ObjectSerializer.serialize(monitor, 'Monitor', '')]),
  ),
])
const old = (await readdir(path.join(folder, 'monitors')).catch(() => []))
  .map((name) => `monitors/${name}`)
  .filter((name) => !files.has(name))

if (process.argv.includes('--check')) await check()
else await write()

async function check() {
  const stale = [...old]
  for (const [name, content] of files) {
    const found = await readFile(path.join(folder, name), 'utf8').catch(() => '')
    if (found.replaceAll('\r\n', '\n') !== text(content)) stale.push(name)
  }
  if (stale.length === 0) return
  console.error(`datadog/ is out of date: ${stale.join(', ')}; node scripts/datadog.mjs brings it up to date`)
  process.exitCode = 1
}

async function write() {
  await mkdir(path.join(folder, 'monitors'), { recursive: true })
  for (const name of old) await rm(path.join(folder, name))
  for (const [name, content] of files) await writeFile(path.join(folder, name), text(content))
}

/** @param {unknown} content */
function text(content) {
  return `${JSON.stringify(content, null, 2)}\n`
}
