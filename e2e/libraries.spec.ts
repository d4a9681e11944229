import { readFileSync } from 'node:fs'
import path from 'node:path'
import { waitFor } from '../testing/waiting/wait-for'
import { expect, test } from './support/app/test'

test('libraries of the backend are traced, though dd-trace itself is bundled', { tag: '@packed' }, async ({
  launch,
  agent,
}) => {
  const studio = launch({ backend: 'libraries.cjs', env: { DD_TRACE_AGENT_URL: agent.url } })
  await studio.said(/websocket open/)
  const route = await agent.waitForSpan(({ meta }) => meta['http.route'] === '/images/:id')
  expect(route.resource).toBe('GET /images/:id')
  const names = ['express.request', 'router.middleware', 'http.request', 'undici.request', 'tcp.connect']
  for (const name of [...names, 'dns.lookup', 'command_execution', 'own.span']) {
    const isIt = (span: typeof route) => span.name === name && span.meta['studio.process'] === 'backend'
    await agent.waitForSpan(isIt)
  }
  await agent.waitForSpan(({ resource }) => resource === 'GET /ws')
  // The ids of the request are in the line that was logged within it, as the log file has it.
  const file = path.join(studio.dataFolder, 'logs/backend.jsonl')
  const line = await waitFor(
    () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .find((text) => text.includes('image 1')),
    { what: 'the logged line' },
  )
  const { dd } = JSON.parse(line)
  expect(agent.spans().map(({ traceId }) => traceId)).toContain(dd.trace_id)
})

test('what an ES module imports from Node by name is traced', { tag: '@packed' }, async ({
  launch,
  agent,
}) => {
  launch({ backend: 'esm-traced.mjs', env: { DD_TRACE_AGENT_URL: agent.url } })
  for (const name of ['web.request', 'http.request', 'fs.operation', 'command_execution']) {
    await agent.waitForSpan((span) => span.name === name && span.meta['studio.process'] === 'backend')
  }
  // A path may also be a URL.
  const read = agent.spans().find(({ name }) => name === 'fs.operation')
  expect(read?.meta['file.path']).toMatch(/^file:.*esm-traced\.mjs$/)
})
