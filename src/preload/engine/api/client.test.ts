import http from 'node:http'
import type { AddressInfo } from 'node:net'
import * as v from 'valibot'
import { afterEach, describe, expect, it } from 'vitest'
import { EngineClient, isThisMachine } from './client'

const servers: http.Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

async function serve(listener: http.RequestListener): Promise<string> {
  const server = http.createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const Schema = v.object({ value: v.number() })

async function troubleOf(listener: http.RequestListener, answerMs?: number): Promise<string | null> {
  const answer = await new EngineClient(await serve(listener), answerMs).get('/x', Schema)
  return answer.ok ? null : answer.trouble
}

describe('the client of the engine’s API', () => {
  it('reads what fits', async () => {
    const url = await serve((_request, response) => response.end('{"value":7,"more":true}'))
    expect(await new EngineClient(url).get('/x', Schema)).toEqual({ ok: true, body: { value: 7 } })
  })

  it('takes a POST for done that is answered with nothing', async () => {
    const bodies: string[] = []
    const url = await serve(async (request, response) => {
      for await (const chunk of request) bodies.push(String(chunk))
      response.end()
    })
    const answer = await new EngineClient(url).post('/free', { free_memory: true }, { 'x-trace': '1' })
    expect(answer.ok).toBe(true)
    expect(bodies).toEqual(['{"free_memory":true}'])
  })

  it('says in words what is wrong', async () => {
    expect(await troubleOf((_request, response) => response.writeHead(500).end())).toBe(
      'answers with status 500',
    )
    expect(await troubleOf((_request, response) => response.end('<html>'))).toBe('answers what is not JSON')
    expect(await troubleOf((_request, response) => response.end('[]'))).toBe('answers what no engine says')
    expect(await troubleOf((request) => request.socket.destroy())).toMatch(/^cannot be asked: /)
    expect(await troubleOf(() => {}, 100)).toBe('does not answer within 0.1 s')
    const redirect: http.RequestListener = (_request, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()
    expect(await troubleOf(redirect)).toBe('answers with status 302')
  })

  it('is not kept waiting by an answer that never ends', async () => {
    const drip: http.RequestListener = (_request, response) => {
      const timer = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(timer))
    }
    expect(await troubleOf(drip, 200)).toBe('does not answer within 0.2 s')
  })

  it('does not take in more than an engine would answer', async () => {
    const chunk = Buffer.alloc(2 ** 20, ' ')
    const flood: http.RequestListener = (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', more)
      more()
    }
    expect(await troubleOf(flood)).toBe('answers more than 32 MiB')
  })

  it('says when nobody is there', async () => {
    const answer = await new EngineClient('http://127.0.0.1:9').get('/x', Schema)
    expect(answer).toEqual({ ok: false, trouble: 'refuses connections', status: null })
  })
})

describe('an address', () => {
  it.each(['127.0.0.1', '127.9.8.7', '127.1', '2130706433', 'localhost', '[::1]'])(
    '%s is this machine',
    (host) => {
      expect(isThisMachine(new URL(`https://${host}:8188`))).toBe(true)
    },
  )

  it.each(['127.example.com', '127.0.0.1.example.com', '128.0.0.1', 'localhost.example.com', '[::2]'])(
    '%s is another, whose certificate is checked',
    (host) => {
      expect(isThisMachine(new URL(`https://${host}:8188`))).toBe(false)
    },
  )
})
