import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { dataFolderIn, dataPaths } from '../src/common/storage/data-folder'
import { readPprof } from '../src/main/profiling/read-pprof'
import { hotFunctions } from '../src/main/profiling/top-allocators'
import type { Agent } from '../testing/agent/agent'
import type { Studio } from './support/app/studio'
import { expect, test } from './support/app/test'

/** Keys without any recognisable shape: only their values identify them. */
const KEYS = {
  DD_API_KEY: 'canary-one-of-the-keys',
  DD_APP_KEY: 'canary-two-of-the-keys',
  HF_TOKEN: 'canary-three-of-them',
}
const SECRETS = Object.values(KEYS)

let home: string
test.beforeEach(() => {
  home = path.join(mkdtempSync(path.join(os.tmpdir(), 'studio-home-')), 'some-one')
  mkdirSync(home)
})
test.afterEach(() => rmSync(path.dirname(home), { recursive: true, force: true }))

test('neither the home folder nor a secret leaves, and no secret is written down', {
  tag: '@packed',
}, async ({ launch, agent }) => {
  // In the home folder: that is what its spans and its stacks name.
  const entry = path.join(home, 'puppet.cjs')
  copyFileSync(path.join(__dirname, 'backends/puppet.cjs'), entry)
  const userData = path.join(home, 'data')
  const { settings } = dataPaths(dataFolderIn(userData))
  mkdirSync(path.dirname(settings), { recursive: true })
  writeFileSync(settings, JSON.stringify({ DD_APP_KEY: KEYS.DD_APP_KEY }))
  const studio = launch({
    userData,
    env: {
      HOME: home,
      DD_TRACE_AGENT_URL: agent.url,
      DD_API_KEY: KEYS.DD_API_KEY,
      HF_TOKEN: KEYS.HF_TOKEN,
      DD_TAGS: `models:${home}/models,license:${KEYS.DD_API_KEY}`,
      DD_PROFILING_UPLOAD_PERIOD: '1',
      STUDIO_BACKEND_ENTRY: entry,
      STUDIO_MEMORY_LIMIT: KEYS.DD_API_KEY,
    },
  })
  const puppet = await studio.puppet()
  await puppet.start('a', { name: `portrait with ${KEYS.DD_API_KEY}` })
  await puppet.fail('a', `401 for ${KEYS.HF_TOKEN}, no ${home}/models/x, Bearer abcdef0123456789`)
  await puppet.start('b', { name: `${home}/b.json`, kind: KEYS.DD_APP_KEY })
  await puppet.work('c')
  await agent.waitForProfile(() => true)
  await puppet.die('throw', `no ${KEYS.DD_API_KEY} in ${home}/.env`)

  const [failed, died] = await studio.failedJobsOf(2)
  expect(failed).toMatchObject({
    name: 'portrait with <redacted>',
    error: { message: '401 for <redacted>, no ~/models/x, Bearer <redacted>' },
  })
  expect(died).toMatchObject({ name: '~/b.json', kind: '<redacted>' })
  const incident = await studio.incident()
  expect(incident.evidence.join()).toContain('nobody caught Error: no <redacted> in ~/.env')
  await agent.waitForSpan(({ meta }) => meta['studio.job.name'] === 'portrait with <redacted>')
  await studio.puppet(2)
  expectNoSecret(argumentsOf(studio))
  expect(await studio.quit()).toEqual({ code: 0, signal: null })

  const sent = textOf(agent)
  expect(sent).toContain('~/puppet.cjs')
  expect(sent).toContain('models:~/models')
  expectNoSecret(sent)
  expect(sent).not.toContain(path.basename(home))
  for (const [file, text] of filesIn(userData)) {
    if (path.join(userData, file) !== settings) expectNoSecret(`${file}: ${text}`)
  }
  // The backend's own output reaches the terminal unchanged.
  expectNoSecret(
    studio.stderr
      .split('\n')
      .filter((line) => line.startsWith('studio-monitor:'))
      .join('\n'),
  )
})

test('a profile names no home folder, and is whole', async ({ launch, agent }) => {
  const entry = path.join(home, 'busy.cjs')
  copyFileSync(path.join(__dirname, 'backends/busy.cjs'), entry)
  launch({
    env: {
      HOME: home,
      DD_TRACE_AGENT_URL: agent.url,
      DD_PROFILING_UPLOAD_PERIOD: '1',
      STUDIO_BACKEND_ENTRY: entry,
    },
  })
  await agent.waitForProfile(() => textOf(agent).includes('~/busy.cjs'))
  expect(textOf(agent)).not.toContain(path.basename(home))
  const wall = agent.profiles().at(-1)?.attachments.get('wall.pprof') ?? Buffer.alloc(0)
  expect(hotFunctions(readPprof(wall))[0]).toMatchObject({ function: 'fibonacci', file: '~/busy.cjs' })
})

test("a job's payload is neither kept nor sent", async ({ launch, agent }) => {
  const studio = launch({
    backend: null,
    env: { PORT: '0', DD_TRACE_AGENT_URL: agent.url, DD_PROFILING_UPLOAD_PERIOD: '1' },
  })
  const [, address] = await studio.said(/listening on (http:\/\/[\w.]+:\d+)/)
  const workflow = readFileSync(path.join(__dirname, '../examples/workflows/portrait.json'), 'utf8')
  const prompt = JSON.parse(workflow.replaceAll(/"title": "[^"]*"/g, '"title": "a canary on a perch"'))
  expect(JSON.stringify(prompt)).toContain('a canary on a perch')
  const answer = await fetch(`${address}/prompt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt, extra_data: { secret_note: 'a canary on a note' } }),
  })
  const { prompt_id: id } = (await answer.json()) as { prompt_id: string }
  await agent.waitForSpan(({ meta }) => meta['studio.job.id'] === id)
  await agent.waitForProfile(() => true)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(textOf(agent)).not.toContain('a canary on')
  for (const [file, text] of filesIn(studio.userData)) expect(`${file}: ${text}`).not.toContain('a canary on')
})

function expectNoSecret(text: string): void {
  for (const secret of SECRETS) expect(text).not.toContain(secret)
}

/** All that was sent, with profiles unpacked. */
function textOf(agent: Agent): string {
  const profiles = agent
    .profiles()
    .flatMap(({ event, attachments }) => [
      JSON.stringify(event),
      ...[...attachments.values()].map((file) => gunzipSync(file).toString('latin1')),
    ])
  const headers = agent.requests().map(({ headers: sent }) => JSON.stringify(sent))
  return [...agent.requests().map(({ body }) => body.toString('latin1')), ...headers, ...profiles].join('\n')
}

function argumentsOf(studio: Studio): string {
  return studio
    .processes()
    .map(({ command }) => command)
    .join('\n')
}

function filesIn(folder: string): [name: string, text: string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name)
      return [path.relative(folder, file), readFileSync(file, 'latin1')]
    })
}
