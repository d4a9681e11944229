import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'studio-backend-'))
const file = path.join(folder, 'studio-backend.cjs')
const children: ChildProcess[] = []

beforeAll(async () => {
  const entry = path.join(__dirname, 'index.ts')
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'cjs', outfile: file })
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

function start(port: string) {
  const child = spawn(process.execPath, [file, '--output', folder], { env: { ...process.env, PORT: port } })
  children.push(child)
  const said = { out: '', err: '' }
  child.stdout.on('data', (data) => {
    said.out += data
  })
  child.stderr.on('data', (data) => {
    said.err += data
  })
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const listening = () =>
    vi.waitFor(() => {
      expect(said.out).toMatch(/^Studio backend listening on http:\/\/127\.0\.0\.1:\d+\n$/)
      return said.out.trim().split(' ').at(-1) ?? ''
    }, 30_000)
  return { child, said, exit, listening }
}

test('in plain Node: one line when it listens, a taken port is one line and code 1, SIGTERM ends with 0', async () => {
  const first = start('0')
  const url = await first.listening()
  const second = start(new URL(url).port)
  expect(await second.exit).toBe(1)
  expect(second.said).toEqual({
    out: '',
    err: `Studio backend: cannot listen on port ${new URL(url).port}: another program uses it. PORT chooses another one\n`,
  })
  const workflow = path.join(__dirname, '../workflows/poster.json')
  const body = `{"prompt": ${fs.readFileSync(workflow, 'utf8')}}`
  expect((await fetch(`${url}/prompt`, { method: 'POST', body })).status).toBe(200)
  first.child.kill('SIGTERM')
  // Windows has no SIGTERM: kill() ends the process there.
  expect(await first.exit).toBe(process.platform === 'win32' ? null : 0)
  expect(first.said.err).toBe('')
})
