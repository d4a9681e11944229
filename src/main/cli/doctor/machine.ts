import os from 'node:os'
import path from 'node:path'
import { app } from 'electron'
import { errorMessage } from '../../../common/storage/errors'
import { tracerVersion, untraced } from '../../../common/tracing/dd-trace/transport'
import { readProcesses } from '../../backend/orphans'
import { readCgroupMemoryLimit } from '../../memory/cgroup-limit'
import { oomKillCounterOf } from '../../memory/oom-kill-counter'
import { agentUrl } from '../../settings/agent-url'
import { startableEntry } from '../../startup/start-error'
import { boot, listing, problems, settings } from '../../startup/tracer'
import type { CommandContext } from '../context'
import { checkMetric, checkTrace } from './acceptance-checks'
import { checkAgent } from './agent-check'
import { isAppRunning } from './app-running'
import { type Check, type Finding, ok, warning } from './check'
import { checkDataFolder } from './data-folder-check'
import { checkLeftovers } from './leftovers-check'
import { checkLimits } from './limits-check'
import { checkProfiler } from './profiler-check'
import { checkRecords } from './records-check'
import { checkSettings } from './settings-check'
import { checkTracer } from './tracer-check'
import { checkVersions } from './versions-check'

/** Time for the Agent to respond, in milliseconds. */
const AGENT_TIMEOUT_MS = 3_000

/** All checks in their order, for this app on this machine. */
export async function checksOfThisMachine({
  dataFolder,
  appFolder,
  now,
}: CommandContext): Promise<readonly Check[]> {
  await app.whenReady()
  const url = agentUrl(settings)
  const options = { agentUrl: url, timeoutMs: AGENT_TIMEOUT_MS }
  const enabled = !['false', '0'].includes(process.env.DD_TRACE_ENABLED?.toLowerCase() ?? '')
  const appRuns = isAppRunning(appFolder)
  let agentAnswers = false
  /** Skips a check without an Agent: it would repeat what the Agent's own line says. */
  const withAgent = (check: () => Promise<Finding>) => () =>
    agentAnswers ? check() : warning('not checked: no Agent answers', 'see the line about the Agent')
  const checks: Check[] = [
    { name: 'settings', run: () => checkSettings({ listing, problems, entryProblem: entryProblem() }) },
    { name: 'versions', run: () => checkVersions(versions()) },
    {
      name: 'tracer',
      run: () => checkTracer({ ...boot, enabled, ownFolder: path.join(__dirname, '..') }),
    },
    {
      name: 'agent',
      run: async () => {
        const finding = await checkAgent(url, AGENT_TIMEOUT_MS)
        agentAnswers = finding.state !== 'problem'
        return finding
      },
    },
    { name: 'trace', run: withAgent(() => checkTrace(enabled ? boot.tracer : null, options)) },
    { name: 'metric', run: withAgent(() => checkMetric(metricTags(), options)) },
    {
      name: 'profiler',
      run: () =>
        settings.DD_PROFILING_ENABLED === false
          ? ok('switched off by DD_PROFILING_ENABLED')
          : checkProfiler({
              bootstrap: path.join(__dirname, '../preload/index.cjs'),
              entry: path.join(__dirname, '../preload/doctor.cjs'),
              env: process.env,
            }),
    },
    { name: 'data folder', run: () => checkDataFolder(dataFolder, process.pid) },
    { name: 'records', run: () => checkRecords(dataFolder, appRuns) },
    { name: 'memory limits', run: () => checkLimits(limits()) },
    {
      name: 'leftovers',
      run: () => checkLeftovers({ dataFolder, appRuns, now, processes: readProcesses() }),
    },
  ]
  // The doctor's own reads and requests are not Studio's.
  return checks.map(({ name, run }) => ({ name, run: () => untraced(run) }))
}

function entryProblem(): string | null {
  try {
    startableEntry(settings.STUDIO_BACKEND_ENTRY)
    return null
  } catch (error) {
    return errorMessage(error)
  }
}

function versions() {
  const { electron = '', node, v8, chrome = '' } = process.versions
  const tracer = tracerVersion()
  return {
    app: app.getVersion(),
    electron,
    node,
    v8,
    chrome,
    tracer,
    os: `${os.type()} ${os.release()} ${os.arch()}`,
  }
}

function metricTags(): readonly string[] {
  return [
    `service:${settings.DD_SERVICE}`,
    `env:${settings.DD_ENV}`,
    `version:${settings.DD_VERSION}`,
    'studio.process:main',
  ]
}

function limits() {
  return {
    memoryLimit: settings.STUDIO_MEMORY_LIMIT,
    heapLimit: settings.STUDIO_HEAP_LIMIT,
    machine: os.totalmem(),
    cgroup: readCgroupMemoryLimit(),
    countsKills: process.platform === 'linux' ? oomKillCounterOf('self') !== null : null,
  }
}
