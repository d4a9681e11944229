#!/usr/bin/env node
// @ts-check
// Imports dashboard, monitors and the metrics' metadata into Datadog; a second run updates what the first
// made. Needs nothing but Node: see README.md.
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const USAGE = `usage: DD_API_KEY=... DD_APP_KEY=... [DD_SITE=datadoghq.eu] node datadog/import.mjs [--notify @HANDLE]... [--dry-run]`
const DASHBOARD_MARK = 'studio-datadog-monitor:dashboard'
const MONITOR_TAG = 'studio_monitor'
const TIMEOUT_MS = 30_000

/** The error for wrong arguments: nothing was tried. */
class UsageError extends Error {}

/** The error for a response of Datadog's other than success. */
class RefusedError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** @typedef {(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => Promise<any>} Api */

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof UsageError ? 2 : 1
}

async function main() {
  const { notify, dryRun } = readArguments()
  const api = openApi()
  await importDashboard(api, dryRun)
  for (const file of (await readdir(folder('monitors'))).sort()) {
    if (file.endsWith('.json')) await importMonitor(api, file.slice(0, -'.json'.length), notify, dryRun)
  }
  if (!dryRun) await describeMetrics(api)
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        notify: { type: 'string', multiple: true },
        'dry-run': { type: 'boolean' },
      },
    })
    const { notify = [], 'dry-run': dryRun = false } = values
    const strange = notify.find((handle) => !/^@\S+$/.test(handle))
    if (strange !== undefined)
      throw new Error(`--notify takes a handle such as @slack-studio, not ${strange}`)
    return { notify, dryRun }
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n${USAGE}`)
  }
}

/** @returns {Api} */
function openApi() {
  const { DD_API_KEY, DD_APP_KEY } = process.env
  const DD_SITE = process.env.DD_SITE || 'datadoghq.com'
  if (!DD_API_KEY || !DD_APP_KEY) {
    const missing = Object.entries({ DD_API_KEY, DD_APP_KEY }).flatMap(([name, value]) => (value ? [] : name))
    throw new UsageError(`${missing.join(' and ')} must be in the environment\n${USAGE}`)
  }
  const base = DD_SITE.includes('://') ? DD_SITE : `https://api.${DD_SITE}`
  const headers = {
    'DD-API-KEY': DD_API_KEY,
    'DD-APPLICATION-KEY': DD_APP_KEY,
    'content-type': 'application/json',
  }
  return async (method, path, body) => {
    const request = { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }
    const response = await fetch(
      new URL(path, base),
      body === undefined ? request : { ...request, body: JSON.stringify(body) },
    ).catch((error) => {
      throw new Error(`Datadog cannot be reached at ${base}: ${error.cause?.message ?? error.message}`)
    })
    if (response.ok) return response.json()
    throw new RefusedError(response.status, await refusal(response, `${method} ${path}`, DD_SITE))
  }
}

/**
 * The error for a response, without the keys: neither ours nor what a response repeats of them.
 * @param {Response} response
 * @param {string} what
 * @param {string} site
 */
async function refusal(response, what, site) {
  if (response.status === 401 || response.status === 403) {
    return `Datadog refuses the keys (${response.status} for ${what}): is DD_API_KEY or DD_APP_KEY wrong, without the right to this, or of another site than ${site}?`
  }
  if (response.status === 429) return `Datadog wants fewer requests (429 for ${what}): try again in a minute`
  let text = (await response.text().catch(() => '')).slice(0, 1_000)
  for (const key of [process.env.DD_API_KEY, process.env.DD_APP_KEY])
    if (key) text = text.replaceAll(key, '***')
  return `Datadog answered ${response.status} for ${what}: ${text}`
}

/**
 * @param {Api} api
 * @param {boolean} dryRun
 */
async function importDashboard(api, dryRun) {
  const ours = await readJson('dashboard.json')
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

/**
 * @param {Api} api
 * @param {string} name
 * @param {readonly string[]} notify
 * @param {boolean} dryRun
 */
async function importMonitor(api, name, notify, dryRun) {
  const monitor = await readJson(`monitors/${name}.json`)
  const ours = { ...monitor, message: [monitor.message, ...notify].join('\n\n') }
  const tag = encodeURIComponent(`${MONITOR_TAG}:${name}`)
  const [found] = await api('GET', `/api/v1/monitor?monitor_tags=${tag}`)
  if (!dryRun) {
    if (found) await api('PUT', `/api/v1/monitor/${encodeURIComponent(found.id)}`, ours)
    else await api('POST', '/api/v1/monitor', ours)
  }
  say(`monitor ${name}`, found?.id, dryRun)
}

/**
 * Sets the metrics' metadata. Datadog knows a metric once it was sent one.
 * @param {Api} api
 */
async function describeMetrics(api) {
  const unseen = []
  const all = await readJson('metrics.json')
  for (const { metric, ...metadata } of all) {
    try {
      await api('PUT', `/api/v1/metrics/${metric}`, metadata)
    } catch (error) {
      if (!(error instanceof RefusedError) || error.status !== 404) throw error
      unseen.push(metric)
    }
  }
  console.log(`metrics: ${all.length - unseen.length} described`)
  if (unseen.length > 0)
    console.log(`metrics that no Studio has sent yet, run this again later: ${unseen.join(', ')}`)
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
