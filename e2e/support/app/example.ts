import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from '@playwright/test'
import { waitFor } from '../../../testing/waiting/wait-for'
import type { Studio } from './studio'

const WORKFLOWS = path.join(__dirname, '../../../examples/workflows')

/** Waits for the address of the example backend's `n`th start. */
export async function exampleAddress(studio: Studio, n = 1): Promise<string> {
  await studio.backendPid(n)
  const all = () => [...studio.stdout.matchAll(/listening on (http:\S+)/g)]
  return waitFor(() => all()[n - 1]?.[1], { what: `address number ${n}` })
}

/** Submits one of the example workflows. @returns the job's id */
export async function submit(address: string, workflow: string): Promise<string> {
  const prompt = JSON.parse(readFileSync(path.join(WORKFLOWS, `${workflow}.json`), 'utf8'))
  const answer = await fetch(`${address}/prompt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt }),
  })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { prompt_id: string }).prompt_id
}

/** Waits until a submitted job has succeeded. */
export async function succeeds(address: string, id: string): Promise<void> {
  await waitFor(
    async () => {
      const history = (await (await fetch(`${address}/history/${id}`)).json()) as Record<
        string,
        { status: { status_str: string } }
      >
      return history[id]?.status.status_str === 'success'
    },
    { what: `job ${id} to succeed` },
  )
}
