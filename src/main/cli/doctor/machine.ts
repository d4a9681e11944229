import os from 'node:os'
import path from 'node:path'
import type { Tracer } from 'dd-trace'
import { app } from 'electron'
import { scrub } from '../../../common/privacy/scrubber'
import { sendGate } from '../../../common/privacy/send-gate'
import { dataPaths } from '../../../common/storage/data-folder'
import { errorMessage } from '../../../common/storage/errors'
import { tracerVersion, untraced } from '../../../common/tracing/dd-trace/transport'
import { chooseBackend } from '../../backend/choice'
import { readProcesses } from '../../backend/orphans'
import { agentIntake } from '../../datadog/intake/agent-intake'
import { DirectIntake } from '../../datadog/intake/direct-intake'
import { reportIdentity } from '../../datadog/spans/identity'
import type { Log } from '../../logging/log'
import { readCgroupMemoryLimit } from '../../memory/cgroup-limit'
import { oomKillCounterOf } from '../../memory/oom-kill-counter'
import { answerConsent, describeSilence } from '../../monitoring/consent-keeper'
import { backendEnvironment } from '../../monitoring/instance/backend-environment'
import { readConsent, type StoredConsent } from '../../records/consent/consent-store'
import { readStatus, type StatusRecord } from '../../records/status/status-record'
import { type EffectiveSettings, readEffectiveSettings } from '../../settings/effective-settings'
import type { DirectWay } from '../../settings/sending-way'
import { isAppRunning, isRunningApp } from '../../startup/app-running'
import { startableEntry } from '../../startup/start-error'
import {
  boot,
  listing,
  origins,
  packageConsent,
  problems,
  settings,
  tracedEnvironment,
  way,
} from '../../startup/tracer'
import type { CommandContext } from '../context'
import { checkMetric, checkTrace } from './acceptance-checks'
import { checkAgent } from './agent-check'
import { type Check, type Finding, ok, warning } from './check'
import { checkDataFolder } from './data-folder-check'
import { checkEngine } from './engine-check'
import { checkClock, checkIntakeMetric, checkIntakeSpan, checkLogs, checkWay } from './intake-checks'
import { checkLeftovers } from './leftovers-check'
import { checkLimits } from './limits-check'
import { checkNeeds } from './needs-check'
import { checkProfiler } from './profiler-check'
import { checkRecords } from './records-check'
import { checkSettings } from './settings-check'
import { checkStandby } from './standby-check'
import { checkTracer } from './tracer-check'
import { checkVersions } from './versions-check'

/** Time for the Agent to respond, in milliseconds. */
const AGENT_TIMEOUT_MS = 3_000
/** For an answer of Datadog's own intakes. */
const INTAKE_TIMEOUT_MS = 10_000

/** All checks in their order, for this app on this machine. */
export async function checksOfThisMachine({
  dataFolder,
  appFolder,
  now,
}: CommandContext): Promise<readonly Check[]> {
  await app.whenReady()
  const tracer = boot.inactive === null ? boot.tracer : null
  const appRuns = isAppRunning(appFolder)
  const checks: Check[] = [
    {
      name: 'settings',
      run: () =>
        checkSettings({
          listing: listing().map((each) => ({ ...each, value: scrub(each.value) })),
          ...{ problems, entryProblem: entryProblem() },
          running: settingsOfRunningApp(dataFolder, appFolder),
        }),
    },
    { name: 'versions', run: () => checkVersions(versions(), Date.now()) },
    {
      name: 'tracer',
      run: () => checkTracer({ ...boot, ownFolder: path.join(__dirname, '..') }),
    },
    ...sendingChecks(readConsent(dataFolder, now), tracer),
    {
      name: 'profiler',
      run: () =>
        settings.DD_PROFILING_ENABLED === false
          ? ok('switched off by DD_PROFILING_ENABLED')
          : checkProfiler({
              bootstrap: path.join(__dirname, '../preload/index.cjs'),
              entry: path.join(__dirname, '../preload/doctor.cjs'),
              env: backendEnvironment(tracedEnvironment(), way, sendGate.consent),
            }),
    },
    ...engineChecks(dataFolder),
    { name: 'data folder', run: () => checkDataFolder(dataFolder, process.pid) },
    { name: 'records', run: () => checkRecords(dataFolder, appRuns) },
    { name: 'memory limits', run: () => checkLimits(limits()) },
    {
      name: 'spare process',
      run: () => checkStandby(settings.STUDIO_STANDBY, statusOfRunningApp(dataFolder, appFolder)),
    },
    {
      name: 'needs of jobs',
      run: () => checkNeeds(dataPaths(dataFolder).needs, settings.STUDIO_ADMISSION !== 'off'),
    },
    {
      name: 'leftovers',
      run: () => checkLeftovers({ dataFolder, appRuns, now, processes: readProcesses() }),
    },
  ]
  // The doctor's own reads and requests are not Studio's.
  return checks.map(({ name, run }) => ({ name, run: () => untraced(run) }))
}

/** The settings that the running app has written down; `null` where none runs: what an app that was killed wrote is none. */
function settingsOfRunningApp(dataFolder: string, appFolder: string): EffectiveSettings | null {
  const written = readEffectiveSettings(dataPaths(dataFolder).effectiveSettings)
  return written && isRunningApp(appFolder, written.pid) ? written : null
}

/** How the running app is, as it has written down; `null` where none runs. */
function statusOfRunningApp(dataFolder: string, appFolder: string): StatusRecord | null {
  const { record } = readStatus(dataPaths(dataFolder).status)
  return record && record.endedAt === null && isRunningApp(appFolder, record.app.pid) ? record : null
}

/** None where a backend in JavaScript is run. */
function engineChecks(dataFolder: string): Check[] {
  const { engine } = chooseBackend({ settings, origins, options: {}, engineRunner: '' })
  return engine === null ? [] : [{ name: 'engine', run: () => checkEngine(engine, dataFolder) }]
}

/** The checks that send something, without consent one finding each: the doctor sends nothing either. */
function sendingChecks(stored: StoredConsent, tracer: Tracer | null): Check[] {
  const given = stored.consent ?? packageConsent ?? 'granted'
  answerConsent(stored.damage === null ? given : 'denied')
  const silence = stored.damage ?? describeSilence()
  if (silence === null) return way.kind === 'agent' ? agentChecks(way.url, tracer) : intakeChecks(way, tracer)
  const names = [...(way.kind === 'agent' ? ['agent'] : ['intake', 'clock']), 'trace', 'metric', 'logs']
  return names.map((name) => ({ name, run: () => ok(`not checked: ${silence}`) }))
}

function agentChecks(agentUrl: string, tracer: Tracer | null): Check[] {
  const options = { agentUrl, timeoutMs: AGENT_TIMEOUT_MS }
  let agentAnswers = false
  /** Without an Agent these would say again what its own line has said. */
  const withAgent = (check: () => Promise<Finding>) => () =>
    agentAnswers ? check() : warning('not checked: no Agent answers', 'see the line about the Agent')
  const { isSent, identity } = logs(tracer)
  const tryLogs = () => checkLogs({ isSent, identity }, agentIntake(agentUrl), Date.now(), AGENT_TIMEOUT_MS)
  return [
    {
      name: 'agent',
      run: async () => {
        const finding = await checkAgent(agentUrl, AGENT_TIMEOUT_MS)
        agentAnswers = finding.state !== 'problem'
        return finding
      },
    },
    { name: 'trace', run: withAgent(() => checkTrace(tracer, options)) },
    { name: 'metric', run: withAgent(() => checkMetric(metricTags(), options)) },
    { name: 'logs', run: isSent ? withAgent(tryLogs) : tryLogs },
  ]
}

function intakeChecks(way: DirectWay, tracer: Tracer | null): Check[] {
  const intake = new DirectIntake({
    way,
    env: settings.DD_ENV,
    log: SILENT,
    environment: tracedEnvironment(),
  })
  return [
    { name: 'intake', run: () => checkWay(way, intake) },
    { name: 'trace', run: () => checkIntakeSpan(tracer, intake, INTAKE_TIMEOUT_MS) },
    { name: 'metric', run: () => checkIntakeMetric(metricTags(), intake, Date.now(), INTAKE_TIMEOUT_MS) },
    { name: 'logs', run: () => checkLogs(logs(tracer), intake, Date.now(), INTAKE_TIMEOUT_MS) },
    { name: 'clock', run: () => checkClock(intake) },
  ]
}

/** The findings say it. */
const nothing = () => {}
const SILENT: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }

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

function logs(tracer: Tracer | null) {
  const identity = reportIdentity(settings, tracer, tracedEnvironment(), origins.DD_VERSION === 'default')
  return { isSent: settings.STUDIO_LOGS === 'send', identity }
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
