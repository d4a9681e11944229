import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { exitCodeOf, pressCounter } from './supervise.mjs'

test('exit codes are those a shell would give', () => {
  expect(exitCodeOf(0, null)).toBe(0)
  expect(exitCodeOf(7, null)).toBe(7)
  expect(exitCodeOf(null, 'SIGKILL')).toBe(137)
  expect(exitCodeOf(null, 'SIGTERM')).toBe(143)
})

test('what comes twice at once is one request, what comes later another', () => {
  const isNews = pressCounter(250)
  expect([0, 3, 249, 251, 400, 600].map(isNews)).toEqual([true, false, false, true, false, true])
})

describe.runIf(process.platform !== 'win32')('signals', () => {
  const module = pathToFileURL(fileURLToPath(new URL('./supervise.mjs', import.meta.url))).href
  let folder: string
  let output: string
  let launcher: ChildProcess

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'supervise-'))
    output = ''
    writeFileSync(
      path.join(folder, 'app.cjs'),
      `for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {
  console.log('got', signal)
  setTimeout(() => { console.log('bye'); process.exit(7) }, 600)
})
console.log('app', process.pid)
setInterval(() => {}, 1000)`,
    )
    writeFileSync(
      path.join(folder, 'start.mjs'),
      `import { superviseApp } from ${JSON.stringify(module)}
console.log('start', process.pid)
process.exit(await superviseApp(process.execPath, ['${folder}/app.cjs'], process.env))`,
    )
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  async function run(command: string, args: string[]) {
    launcher = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
    launcher.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    await vi.waitFor(() => expect(output).toMatch(/app \d+/), 30_000)
  }
  const groupOf = (child: ChildProcess) => -(child.pid ?? Number.NaN)

  test("a terminal's Ctrl-C, and npm's on top, reach the app once; its exit code comes back", async () => {
    await run(process.execPath, [path.join(folder, 'start.mjs')])
    const closed = new Promise((resolve) => launcher.once('close', resolve))
    process.kill(groupOf(launcher), 'SIGINT')
    // Another signal than the first: the kernel itself merges two of the same.
    launcher.kill('SIGTERM')
    expect(await closed).toBe(7)
    expect(output.match(/got SIG/g)).toHaveLength(1)
  })

  test('when whoever started it is killed without a word, the app is asked to end', async () => {
    await run('sh', ['-c', `"${process.execPath}" "${folder}/start.mjs"; true`])
    const closed = new Promise((resolve) => launcher.once('close', resolve))
    launcher.kill('SIGKILL')
    // The pipe closes when the last process that holds it is gone.
    await closed
    expect(output).toContain('got SIGTERM\nbye')
  })
})
