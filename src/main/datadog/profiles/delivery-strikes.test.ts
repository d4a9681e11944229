import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { temporaryFolder } from '../../../../testing/program/program'
import { waitFor } from '../../../../testing/waiting/wait-for'
import { leaveSet } from '../../profiling/testing/sets'
import { ProfileStore } from '../../records/profiles/profile-store'
import { ProfileDelivery } from './delivery'
import { sendTo } from './testing/send-to'

/** An Agent that fails at one set and accepts all others. */
async function startPickyAgent(failsAt: number) {
  const asked: number[] = []
  const server = createServer(async (request, response) => {
    const seq = Number(/profile_seq:(\d+)/.exec(await text(request))?.[1])
    asked.push(seq)
    response.writeHead(seq === failsAt ? 500 : 200).end('{}')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return { agentUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

function openDelivery(agentUrl: string) {
  const dataFolder = temporaryFolder()
  const { log, lines } = captureLog()
  const store = new ProfileStore({ dataFolder, log, now: Date.now, backendPid: () => null })
  const backoff = { firstMs: 5, lastMs: 5 }
  const delivery = new ProfileDelivery({ store, send: sendTo(agentUrl), log, random: () => 0.5, backoff })
  onTestFinished(() => delivery.stop(0))
  return { dataFolder, store, delivery, lines }
}

test('a set that the Agent fails at does not hold up the others, and is given up in the end', async () => {
  const { agentUrl, asked } = await startPickyAgent(0)
  const { dataFolder, store, delivery, lines } = openDelivery(agentUrl)
  leaveSet(dataFolder, { seq: 0, kind: 'on_oom' })
  for (let seq = 1; seq <= 12; seq++) {
    leaveSet(dataFolder, { seq })
    delivery.wake()
    await waitFor(() => asked.includes(seq), { what: `set ${seq} to be asked for` })
  }
  await waitFor(() => store.waiting().length === 0, { what: 'the set to be given up' })
  expect(store.sets()).toMatchObject([{ seq: 0, mark: 'rejected' }])
  expect(asked.filter((seq) => seq !== 0)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1))
  expect(lines.at(-1)).toBeDefined()
  const refusals = lines.filter(({ fields }) => String(fields.reason).includes('failed 5 times'))
  expect(refusals).toHaveLength(1)
})

test('it is tried again without anybody asking', async () => {
  const { agentUrl, asked } = await startPickyAgent(0)
  const { dataFolder, delivery } = openDelivery(agentUrl)
  for (const seq of [0, 1]) leaveSet(dataFolder, { seq })
  delivery.wake()
  await waitFor(() => asked.length >= 4, { what: 'four attempts' })
  expect(asked.slice(0, 4)).toEqual([0, 1, 0, 0])
})

test('one that fails with nothing else to send is not given up', async () => {
  const { agentUrl, asked } = await startPickyAgent(0)
  const { dataFolder, store, delivery, lines } = openDelivery(agentUrl)
  leaveSet(dataFolder, { seq: 0 })
  delivery.wake()
  await waitFor(() => asked.length > 10, { what: 'more than ten attempts' })
  expect(store.waiting()).toHaveLength(1)
  expect(lines).toMatchObject([{ level: 'warn', fields: { reason: 'HTTP 500' } }])
})
