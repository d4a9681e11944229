import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { dataPaths } from '../src/common/storage/data-folder'
import { newDataFolder, type Studio } from './support/app/studio'
import { expect, test } from './support/app/test'
import { installApp, installPackage } from './support/installed-app'

/** In the environment that the app is started with. */
const KEYS = { DD_API_KEY: 'canary-one-of-the-keys', DD_APP_KEY: 'canary-two-of-the-keys' }
/** In the user's settings file: a token by its name, and what is no secret. */
const IN_FILE = { DD_OTHER_TOKEN: 'canary-three-of-them', DD_DOGSTATSD_TAGS: 'from:the-file' }

let app: string
test.beforeAll(() => {
  app = installPackage(path.join(__dirname, 'settings-app'))
})
test.afterAll(() => rmSync(app, { recursive: true, force: true }))

type Environment = Record<string, string>

async function printed(studio: Studio, what: string): Promise<unknown> {
  const [, json = ''] = await studio.said(new RegExp(`^${what} (\\{.*\\})$`, 'm'))
  return JSON.parse(json)
}

function withFile(): string {
  const dataFolder = newDataFolder()
  writeFileSync(dataPaths(dataFolder).settings, JSON.stringify(IN_FILE), { mode: 0o600 })
  return dataFolder
}

/** It has what dd-trace needs, and nothing that lets in at Datadog. */
function expectOfABackend(environment: Environment): void {
  expect(environment).toMatchObject({
    DD_ENV: 'from-the-package',
    DD_DOGSTATSD_TAGS: IN_FILE.DD_DOGSTATSD_TAGS,
    DD_SERVICE: 'App With Settings',
    APP_NAME: 'its own',
  })
  expect(JSON.stringify(environment)).not.toContain('canary')
  expect(environment.DD_TRACE_DEBUG).toBeUndefined()
}

test("an app's package.json and code have settings; those that come too late are named", async ({
  launch,
  agent,
}) => {
  const studio = launch({ app, backend: null, env: { DD_TRACE_AGENT_URL: agent.url } })
  await studio.backendPid()
  const late = /set after studio-datadog-monitor\/register was imported, and not used: ([^;]*);/
  expect((await studio.said(late))[1]).toBe('DD_ENV, DD_TRACE_DEBUG, STUDIO_RESTART')
  expect(studio.stderr.match(new RegExp(late, 'g'))).toHaveLength(1)
  expect(studio.stderr).toContain('startStudioMonitor({ settings }): DD_SERVICE comes too late: ')
  const span = await agent.waitForSpan(({ meta }) => meta['studio.process'] === 'main')
  expect(span.meta).toMatchObject({ env: 'from-the-package', team: 'package' })
  expect(span.service).toMatch(/^App With Settings$/)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('what is set for dd-trace reaches it and the backend, and no child of the app; keys reach neither', async ({
  launch,
}) => {
  const studio = launch({ app, backend: null, dataFolder: withFile(), env: KEYS })
  const child = (await printed(studio, 'child')) as Environment
  // The user's own environment is passed on as ever.
  expect(child).toMatchObject({ ...KEYS, DD_ENV: 'from-dotenv' })
  for (const name of ['DD_SERVICE', 'DD_TAGS', 'DD_VERSION', ...Object.keys(IN_FILE)])
    expect(child, name).not.toHaveProperty(name)
  const backend = (await printed(studio, 'backend')) as {
    inside: Environment
    child: Environment
    ofSystem: string
  }
  for (const environment of [backend.inside, backend.child]) expectOfABackend(environment)
  // Chromium's title for the process lies there instead.
  expect(backend.ofSystem).not.toContain('canary')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('an engine has no key either', async ({ launch }) => {
  test.skip(process.platform !== 'linux', 'there is no /proc')
  const program = `
import json, os, time
print('engine ' + json.dumps(dict(os.environ)), flush=True)
time.sleep(60)`
  const engine = { command: ['python3', '-c', program], url: 'http://127.0.0.1:9/' }
  const env = { ...KEYS, APP_ENGINE: JSON.stringify(engine) }
  const studio = launch({ app, backend: null, dataFolder: withFile(), env })
  expectOfABackend((await printed(studio, 'engine')) as Environment)
  const [, pid] = await studio.said(/the engine is process (\d+)/)
  const ofSystem = readFileSync(`/proc/${pid}/environ`, 'utf8')
  expect(ofSystem).toContain('\0DD_ENV=from-the-package\0')
  expect(ofSystem).not.toContain('canary')
})

test('what an installed app runs is not chosen by whoever starts it, unless it says so', async ({
  launch,
}) => {
  test.skip(process.platform !== 'linux', 'a copy of Electron is made of links')
  const installed = installApp(app)
  const start = () =>
    launch({ installed, env: { STUDIO_BACKEND_ENTRY: path.join(__dirname, 'backends/puppet.cjs') } })
  const own = start()
  await own.said(/settings: ignored: STUDIO_BACKEND_ENTRY \(environment\): what an installed app runs/)
  await own.backendPid()
  expect(own.stderr).toContain(`starting the backend: ${path.dirname(installed)}/resources/app/backend.cjs`)
  expect(await own.quit()).toEqual({ code: 0, signal: null })

  const file = path.join(path.dirname(installed), 'resources/studio-monitor.json')
  writeFileSync(file, JSON.stringify({ STUDIO_BACKEND_OVERRIDE: true }))
  const chosen = start()
  await chosen.backendPid()
  expect(chosen.stderr).toContain('backends/puppet.cjs')
  expect(chosen.stderr).not.toContain('settings: ignored')
})
