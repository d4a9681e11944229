import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from './support/app/test'
import { waitFor } from './support/wait-for'

const workflow = (name: string) =>
  JSON.parse(readFileSync(path.join(__dirname, '../examples/workflows', `${name}.json`), 'utf8'))

async function submit(studio: string, name: string): Promise<string> {
  const answer = await fetch(`${studio}/prompt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: workflow(name) }),
  })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { prompt_id: string }).prompt_id
}

async function succeeds(studio: string, id: string): Promise<void> {
  await waitFor(
    async () => {
      const history = (await (await fetch(`${studio}/history/${id}`)).json()) as Record<
        string,
        { status: { status_str: string } }
      >
      return history[id]?.status.status_str === 'success'
    },
    { what: `job ${id} to succeed`, timeout: 20_000 },
  )
}

test('a workflow that exhausts memory is on record, and the next one runs', async ({ launch, agent }) => {
  const studio = launch({
    backend: null,
    env: { PORT: '0', STUDIO_HEAP_LIMIT: '256MiB', DD_TRACE_AGENT_URL: agent.url },
  })
  const address = async (n: number) => {
    await studio.backendPid(n)
    const all = () => [...studio.stdout.matchAll(/listening on (http:\S+)/g)]
    return waitFor(() => all()[n - 1]?.[1], { what: `address number ${n}` })
  }
  const first = await address(1)
  const done = await submit(first, 'portrait')
  await succeeds(first, done)

  const lost = await submit(first, 'poster')
  const [record] = await studio.failedJobsOf(1)
  const incident = await studio.incident()
  expect(record).toMatchObject({
    jobId: lost,
    cause: 'heap-out-of-memory',
    oom: true,
    incidentId: incident.id,
  })
  expect(incident).toMatchObject({
    cause: 'heap-out-of-memory',
    oom: true,
    confidence: 'proven',
    jobIds: [lost],
    restart: { decision: 'restart', delayMs: 0, deathsInWindow: 1 },
  })

  const second = await address(2)
  const after = await submit(second, 'portrait')
  await succeeds(second, after)
  expect(studio.failedJobs()).toHaveLength(1)

  const span = await agent.waitForSpan(
    ({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === after,
  )
  expect(span.meta['studio.process']).toBe('backend')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})
