import { expect, test } from 'vitest'
import { parseProfile } from './profile'

const event = {
  attachments: ['wall.pprof'],
  start: 's',
  end: 'e',
  family: 'node',
  version: '4',
  tags_profiler: '',
}

async function parse(parts: Record<string, string>) {
  const form = new FormData()
  for (const [name, content] of Object.entries(parts)) form.append(name, new Blob([content]), name)
  const sent = new Response(form)
  return parseProfile(Buffer.from(await sent.arrayBuffer()), sent.headers.get('content-type') ?? '')
}

test('an upload must be whole', async () => {
  const whole = { 'event.json': JSON.stringify(event), 'wall.pprof': 'bytes' }
  expect((await parse(whole)).attachments.get('wall.pprof')?.toString()).toBe('bytes')
  await expect(parse({ 'event.json': whole['event.json'] })).rejects.toThrow('lacks wall.pprof')
  await expect(parse({ 'wall.pprof': 'bytes' })).rejects.toThrow('lacks event.json')
  await expect(parse({ ...whole, 'event.json': '{}' })).rejects.toThrow('attachments')
  await expect(parseProfile(Buffer.from('x'), 'text/plain')).rejects.toThrow()
})
