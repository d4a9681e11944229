import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { MAX_BODY_BYTES } from './http'
import { save, small, startTestStudio, type TestStudio } from './test-studio'

let studio: TestStudio
beforeEach(async () => {
  studio = await startTestStudio()
})
afterEach(() => studio.end())

test.each([
  ['no JSON', '{"prompt":', 400, 'invalid_json'],
  ['nothing', '', 400, 'no_prompt'],
  ['a list', [], 400, 'no_prompt'],
  ['no prompt', {}, 400, 'no_prompt'],
  ['an unknown node', { prompt: { '1': { class_type: 'KSampler' } } }, 400, 'missing_node_type'],
  ['a broken input', { prompt: { '3': save } }, 400, 'prompt_outputs_failed_validation'],
  ['a wrong id', { prompt: small, prompt_id: 7 }, 400, 'invalid_prompt_id'],
  ['a wrong client', { prompt: small, client_id: '' }, 400, 'invalid_client_id'],
  ['a wrong number', { prompt: small, number: 'first' }, 400, 'invalid_number'],
  ['wrong extra data', { prompt: small, extra_data: [] }, 400, 'invalid_extra_data'],
  ['deep nesting', `{"prompt":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 400, 'invalid_prompt'],
  ['a body too large', ' '.repeat(MAX_BODY_BYTES + 1), 413, 'body_too_large'],
])('POST /prompt with %s is refused', async (_, body, status, type) => {
  const answer = await studio.post('/prompt', body)
  expect(answer.status).toBe(status)
  expect(answer.body).toMatchObject({
    error: { type, message: expect.any(String) },
    node_errors: expect.any(Object),
  })
  expect(await studio.queue()).toEqual({ queue_running: [], queue_pending: [] })
})

test.each([
  ['/nope', 404],
  ['/view?filename=gone.png', 404],
  ['/view?filename=..%2Fsecret.png', 400],
  ['/view?filename=a.png&type=temp', 400],
  ['/api/jobs?status=sleeping', 400],
  ['/interrupt', 405],
])('GET %s is %d', async (target, status) => {
  expect((await studio.get(target)).status).toBe(status)
})

test('a web page that a browser has open gets nothing', async () => {
  const headers = { origin: 'http://evil.example' }
  expect((await fetch(`${studio.url}/queue`, { headers })).status).toBe(403)
  expect((await fetch(`${studio.url}/queue`, { headers: { origin: studio.url } })).status).toBe(200)
  const socket = new WebSocket(`${studio.url.replace('http', 'ws')}/ws`, { headers })
  const refusal = await new Promise<Error>((resolve) => socket.on('error', resolve))
  expect(refusal.message).toContain('403')
})
