import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SETTINGS } from './definitions'
import { INTERNAL_DEFAULTS } from './internal-defaults'
import { loadSettings } from './load'
import { readSettingsFile } from './settings-file'

const requireHere = createRequire(__filename)
const { supportedConfigurations: known } = requireHere(
  'dd-trace/packages/dd-trace/src/config/supported-configurations.json',
) as { supportedConfigurations: Record<string, { aliases?: string[] }[]> }

/** In the words of Datadog's other SDKs, and none of dd-trace's business. */
const UNKNOWN_TO_DD_TRACE = ['DD_CLIENT_TOKEN', 'DD_INTAKE_PROXY']
const ours = Object.entries({ ...SETTINGS, ...INTERNAL_DEFAULTS }).filter(
  ([name]) => name.startsWith('DD_') && !UNKNOWN_TO_DD_TRACE.includes(name),
)

test.each(ours)('dd-trace knows %s, and no other names for it than we do', (name, { aliases }) => {
  const theirs = (known[name] ?? []).flatMap((entry) => entry.aliases ?? [])
  expect(known).toHaveProperty(name)
  expect(theirs.filter((alias) => alias.startsWith('DD_'))).toEqual(aliases)
})

/** The configuration that a fresh dd-trace makes from an environment, in a working folder. */
function configurationFor(environment: Record<string, string>, workingFolder = process.cwd()) {
  const script = `
    const gitMetadata = require('dd-trace/packages/dd-trace/src/git_metadata')
    const tracer = require('dd-trace')
    process.chdir(${JSON.stringify(workingFolder)})
    const config = tracer.init()._tracer._config
    const { service, env, version, sampleRate, logInjection, profiling, runtimeMetrics } = config
    const seen = { service, env, version, sampleRate, logInjection, url: String(config.url),
      runtimeMetrics: runtimeMetrics.enabled, telemetry: config.telemetry.DD_INSTRUMENTATION_TELEMETRY_ENABLED,
      remoteConfig: config.remoteConfig.DD_REMOTE_CONFIGURATION_ENABLED,
      profiling: config.profiling.DD_PROFILING_ENABLED,
      oomMonitoring: config.DD_PROFILING_EXPERIMENTAL_OOM_MONITORING_ENABLED,
      git: gitMetadata(config) }
    require('node:fs').writeSync(1, JSON.stringify(seen))
    process.exit(0)`
  // Otherwise real profiles would be collected.
  const env = { PATH: process.env.PATH, ...environment, DD_PROFILING_ENABLED: 'false' }
  const output = execFileSync(process.execPath, ['-e', script], { cwd: process.cwd(), env, encoding: 'utf8' })
  return JSON.parse(output)
}

/** The variables that the monitor sets for dd-trace, from an environment and no file. */
function settingsOf(env: Record<string, string>) {
  const loaded = loadSettings({
    env,
    dataFolder: folder,
    resourcesFolder: null,
    packageFile: null,
    options: undefined,
    readFile: readSettingsFile,
    embeddingApp: null,
    appVersion: '1.2.3',
    packaged: true,
    exampleBackend: null,
    totalMemoryBytes: 2 ** 34,
    cgroupLimitBytes: null,
  })
  return { problems: loaded.problems, environment: { ...env, ...loaded.datadogEnvironment } }
}

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'settings-dd-trace-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

test('a bad value never reaches dd-trace', () => {
  const bad = {
    DD_SERVICE: 'x'.repeat(500),
    DD_AGENT_HOST: 'a b',
    DD_TRACE_AGENT_PORT: 'x',
    DD_TRACE_AGENT_URL: 'nonsense',
    DD_TRACE_URL: 'nonsense',
    DD_TRACE_SAMPLE_RATE: '7',
    DD_LOGS_INJECTION: 'no',
    DD_RUNTIME_METRICS_ENABLED: 'no',
  }
  const { problems, environment } = settingsOf(bad)
  expect(problems).toHaveLength(7)
  expect(configurationFor(environment)).toEqual({
    service: 'hanzo-studio-inference',
    env: 'production',
    version: '1.2.3',
    sampleRate: 1,
    logInjection: true,
    url: 'http://localhost:8126/',
    runtimeMetrics: true,
    telemetry: false,
    remoteConfig: false,
    profiling: 'false',
    oomMonitoring: false,
    git: {},
  })
})

test('the checkout that Studio is started from is told of only where somebody asks for it', () => {
  const commitSHA = '0123456789abcdef0123456789abcdef01234567'
  const repositoryUrl = 'https://git.example/private/project.git'
  fs.mkdirSync(path.join(folder, '.git'))
  fs.writeFileSync(path.join(folder, '.git/HEAD'), `${commitSHA}\n`)
  fs.writeFileSync(path.join(folder, '.git/config'), `[remote "origin"]\n\turl = ${repositoryUrl}\n`)
  const gitOf = (env: Record<string, string>) => configurationFor(settingsOf(env).environment, folder).git
  expect(gitOf({})).toEqual({})
  expect(gitOf({ DD_TRACE_GIT_METADATA_ENABLED: 'true' })).toEqual({ commitSHA, repositoryUrl })
})
