#!/usr/bin/env node
// @ts-check
// Imports dashboard, monitors, the metrics' metadata and percentiles and a retention filter into Datadog; a second run
// updates what the first made. Needs nothing but Node: see README.md.
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openApi, RefusedError } from './import/api.mjs'
import { byMachineTag, MACHINE_TAG, rewritten, toSite } from './import/rewrite.mjs'

/** @typedef {import('./import/api.mjs').Api} Api */

const USAGE = `usage: DD_API_KEY=... DD_APP_KEY=... [DD_SITE=datadoghq.eu] node datadog/import.mjs [--notify @HANDLE]... [--machine-tag [TAG]] [--dry-run]

  --notify @HANDLE      who hears of alerts; may stand several times
  --machine-tag [TAG]   machines are told apart by this tag (${MACHINE_TAG} where none is named), not by the Agent's host:
                        for Studios that share an Agent or have none
  --dry-run             only says what would be made; without keys it asks Datadog nothing
  --help                this`
const DASHBOARD_MARK = 'studio-datadog-monitor:dashboard'
const MONITOR_TAG = 'studio_monitor'
const RETENTION_FILTERS = '/api/v2/apm/config/retention-filters'
const MONITORS_FOLDER = 'monitors'

/** The error for wrong arguments: nothing was tried. */
class UsageError extends Error {}

/**
 * @typedef {object} Import
 * @property {Api | null} api `null` in a dry run without keys
 * @property {boolean} dryRun
 * @property {readonly string[]} notify
 * @property {readonly import('./import/rewrite.mjs').Rewrite[]} rewrites
 */

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof UsageError ? 2 : 1
}

async function main() {
  const { help, ...options } = readArguments()
  if (help) return console.log(USAGE)
  const site = process.env.DD_SITE || 'datadoghq.com'
  const { dryRun, notify, machineTag } = options
  const rewrites = [...(machineTag === null ? [] : [byMachineTag(machineTag)]), toSite(site)]
  const run = { api: openAccount(site, dryRun), dryRun, notify, rewrites }
  if (run.api === null)
    console.log('DD_API_KEY and DD_APP_KEY are not both set: Datadog is not asked what there is')
  await importDashboard(run)
  for (const file of (await readdir(folder(MONITORS_FOLDER))).sort()) {
    if (file.endsWith('.json')) await importMonitor(run, file.slice(0, -'.json'.length))
  }
  await importRetentionFilter(run)
  if (run.api === null || dryRun) return
  await describeMetrics(run.api)
  await enablePercentiles(run.api)
}

function readArguments() {
  try {
    const { values } = parseArgs({
      args: withMachineTag(process.argv.slice(2)),
      options: {
        notify: { type: 'string', multiple: true },
        'machine-tag': { type: 'string' },
        'dry-run': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    const { notify = [], 'dry-run': dryRun = false, 'machine-tag': machineTag = null, help = false } = values
    const strange = notify.find((handle) => !/^@\S+$/.test(handle))
    if (strange !== undefined)
      throw new Error(`--notify takes a handle such as @slack-studio, not ${strange}`)
    // Datadog's own rule for a tag's name.
    if (machineTag !== null && !/^[a-z][\w./-]{0,198}$/.test(machineTag))
      throw new Error(`--machine-tag takes the name of a tag such as ${MACHINE_TAG}, not ${machineTag}`)
    return { notify, dryRun, machineTag, help }
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n${USAGE}`)
  }
}

/** Node's parser knows no option whose value may be missing. @param {readonly string[]} args */
function withMachineTag(args) {
  return args.flatMap((arg, at) => {
    const next = args[at + 1]
    return arg === '--machine-tag' && (next === undefined || next.startsWith('-'))
      ? [arg, MACHINE_TAG]
      : [arg]
  })
}

/** @param {string} site @param {boolean} dryRun */
function openAccount(site, dryRun) {
  const { DD_API_KEY, DD_APP_KEY } = process.env
  if (DD_API_KEY && DD_APP_KEY) return openApi({ apiKey: DD_API_KEY, appKey: DD_APP_KEY, site })
  if (dryRun) return null
  const missing = Object.entries({ DD_API_KEY, DD_APP_KEY }).flatMap(([name, value]) => (value ? [] : name))
  throw new UsageError(`${missing.join(' and ')} must be in the environment\n${USAGE}`)
}

/** @param {Import} run */
async function importDashboard({ api, dryRun, rewrites }) {
  const ours = rewritten(await readJson('dashboard.json'), rewrites)
  if (api === null) return wouldBe('dashboard')
  const { dashboards = [] } = await api('GET', '/api/v1/dashboard')
  const found = dashboards.find((/** @type {{ description?: string | null }} */ { description }) =>
    description?.includes(DASHBOARD_MARK),
  )
  if (dryRun) return say('dashboard', found?.id, dryRun)
  const { id, url } = found
    ? await api('PUT', `/api/v1/dashboard/${encodeURIComponent(found.id)}`, ours)
    : await api('POST', '/api/v1/dashboard', ours)
  say(`dashboard ${url ?? id}`, found?.id, dryRun)
}

/** @param {Import} run @param {string} name */
async function importMonitor({ api, dryRun, notify, rewrites }, name) {
  const monitor = rewritten(await readJson(`${MONITORS_FOLDER}/${name}.json`), rewrites)
  const ours = { ...monitor, message: [monitor.message, ...notify].join('\n\n') }
  if (api === null) return wouldBe(`monitor ${name}`)
  const tag = encodeURIComponent(`${MONITOR_TAG}:${name}`)
  const [found] = await api('GET', `/api/v1/monitor?monitor_tags=${tag}`)
  if (!dryRun) {
    if (found) await api('PUT', `/api/v1/monitor/${encodeURIComponent(found.id)}`, ours)
    else await api('POST', '/api/v1/monitor', ours)
  }
  say(`monitor ${name}`, found?.id, dryRun)
}

/** Keeps Studio's own spans searchable for as long as Datadog keeps any. @param {Import} run */
async function importRetentionFilter({ api, dryRun }) {
  const { data } = await readJson('retention-filter.json')
  if (api === null) return wouldBe('retention filter')
  const { data: filters = [] } = await api('GET', RETENTION_FILTERS)
  const found = filters.find(
    (/** @type {{ attributes?: { name?: string } }} */ { attributes }) =>
      attributes?.name === data.attributes.name,
  )
  if (!dryRun) {
    if (found)
      await api('PUT', `${RETENTION_FILTERS}/${encodeURIComponent(found.id)}`, {
        data: { ...data, id: found.id },
      })
    else await api('POST', RETENTION_FILTERS, { data })
  }
  say('retention filter', found?.id, dryRun)
}

/**
 * Sets the metrics' metadata. Datadog knows a metric once it was sent one.
 * @param {Api} api
 */
async function describeMetrics(api) {
  const unseen = []
  const all = await readJson('metrics.json')
  for (const { metric, ...metadata } of all) {
    const isSeen = await unlessUnseen(() => api('PUT', `/api/v1/metrics/${metric}`, metadata))
    if (!isSeen) unseen.push(metric)
  }
  console.log(`metrics: ${all.length - unseen.length} described`)
  if (unseen.length > 0)
    console.log(`metrics that no Studio has sent yet, run this again later: ${unseen.join(', ')}`)
}

/** Has Datadog compute percentiles, which the dashboard shows. @param {Api} api */
async function enablePercentiles(api) {
  const done = []
  for (const { data } of await readJson('percentiles.json')) {
    const path = `/api/v2/metrics/${data.id}/tags`
    const { metric_type: _, ...changeable } = data.attributes
    const isSeen = await unlessUnseen(() =>
      api('POST', path, { data }).catch((error) => {
        // There is a configuration: ours of an earlier run, or somebody's.
        if (!(error instanceof RefusedError) || error.status !== 409) throw error
        const { tags: __, exclude_tags_mode: ___, ...attributes } = changeable
        return api('PATCH', path, { data: { ...data, attributes } })
      }),
    )
    if (isSeen) done.push(data.id)
  }
  console.log(`percentiles: ${done.length > 0 ? `enabled for ${done.join(', ')}` : 'none enabled yet'}`)
}

/**
 * @param {() => Promise<unknown>} change
 * @returns {Promise<boolean>} false for a metric that no Studio has sent yet
 */
async function unlessUnseen(change) {
  try {
    await change()
    return true
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return false
    throw error
  }
}

/** @param {string} what */
function wouldBe(what) {
  console.log(`${what}: would be created, or updated where there is one`)
}

/**
 * @param {string} what
 * @param {unknown} existing
 * @param {boolean} dryRun
 */
function say(what, existing, dryRun) {
  const done = existing ? 'updated' : 'created'
  console.log(`${what}: ${dryRun ? 'would be ' : ''}${done}`)
}

/** @param {string} name */
async function readJson(name) {
  return JSON.parse(await readFile(folder(name), 'utf8'))
}

/** @param {string} name */
function folder(name) {
  return fileURLToPath(new URL(name, import.meta.url))
}
