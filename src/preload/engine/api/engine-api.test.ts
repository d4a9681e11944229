import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { EngineApi } from './engine-api'

const servers: http.Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const QUEUE = { queue_running: [[0, 'a', {}, {}, []]], queue_pending: [] }

/** An engine that answers `/api/jobs` with these statuses, one after the other, and notes what it was asked. */
async function engineWith(...statuses: number[]) {
  const asked: string[] = []
  const server = http.createServer(({ url = '' }, response) => {
    asked.push(url.split('?')[0] ?? '')
    if (!url.startsWith('/api/jobs')) response.end(JSON.stringify(QUEUE))
    else response.writeHead(statuses.shift() ?? 200).end('{"jobs":[{"id":"b","status":"pending"}]}')
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const api = new EngineApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return { api, asked }
}

const FROM_QUEUE = { ok: true, body: { running: ['a'], pending: [] } }
const FROM_JOBS = { ok: true, body: { running: [], pending: ['b'] } }

describe('the engine’s jobs', () => {
  it.each([500, 503])(
    'are read from /queue while /api/jobs answers %d, which is asked again',
    async (status) => {
      const { api, asked } = await engineWith(status)
      expect(await api.listing()).toEqual(FROM_QUEUE)
      expect(await api.listing()).toEqual(FROM_JOBS)
      expect(asked).toEqual(['/api/jobs', '/queue', '/api/jobs'])
    },
  )

  it.each([404, 405])('are read from /queue for good where there is no /api/jobs (%d)', async (status) => {
    const { api, asked } = await engineWith(status)
    expect(await api.listing()).toEqual(FROM_QUEUE)
    expect(await api.listing()).toEqual(FROM_QUEUE)
    expect(asked).toEqual(['/api/jobs', '/queue', '/queue'])
  })

  it('are not read at all from an engine that wants to know who asks', async () => {
    const { api } = await engineWith(401)
    expect(await api.listing()).toMatchObject({ ok: false, status: 401 })
  })
})
