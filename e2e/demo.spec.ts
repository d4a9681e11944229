import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { appArguments, commandsIn, documentedCommands } from '../testing/documentation/commands'
import { expect, test } from './support/app/test'

const PROJECT = path.join(__dirname, '..')
/** A bundle, an app, its death and two commands, and then some more commands, on a busy machine. */
const DEMO_MS = 4 * 60_000

/** Commands that say with 1 that not all is well here: nothing takes what is sent, and nothing runs. */
const MAY_EXIT_1 = ['doctor', 'status']
/** Such as go on until Ctrl-C, stand for any id, or ask a person first: tests of their own have them. */
const NOT_HERE = /(^| )(-f|-w|--follow|--watch|clear|[A-Z]+)( |$)/

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a script of the project's, in a folder, without the settings of whoever runs the tests. */
function run(cwd: string, script: string, args: readonly string[] = []): Promise<Ran> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(DD|STUDIO)_/.test(name))
  const env = { ...Object.fromEntries(kept), DD_TRACE_AGENT_URL: 'http://127.0.0.1:9' }
  return new Promise((resolve) => {
    const file = path.join(PROJECT, 'scripts', script)
    execFile(process.execPath, [file, ...args], { cwd, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    )
  })
}

test('the demo shows a death and keeps it, and each command that a document shows works on it', async () => {
  test.setTimeout(DEMO_MS)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-e2e-'))
  const demo = await run(folder, 'demo.mjs')
  expect(demo.stderr).not.toContain('Error')
  expect(demo).toMatchObject({ code: 0 })
  expect(demo.stdout).toMatch(/culprit +upscaleRow \(.*upscale\.ts:\d+\)/)
  const [, userData = ''] = /is kept in (\S+)$/m.exec(demo.stdout) ?? []
  expect(existsSync(path.join(userData, 'studio-monitor/incidents'))).toBe(true)

  // What the demo says to type next.
  const next = commandsIn('demo', demo.stdout.slice(demo.stdout.indexOf('\nNext')).replace(/^ {2}/gm, '    '))
  expect(next.map(appArguments)).toEqual([
    [`--user-data-dir=${userData}`, 'incidents', 'last'],
    [`--user-data-dir=${userData}`, 'incidents', 'last', '--html', 'incident.html'],
    [`--user-data-dir=${userData}`, 'top', 'last'],
  ])
  const documented = documentedCommands().filter(({ isBlock }) => isBlock)
  const lines = new Map<string, readonly string[]>()
  for (const command of [...next, ...documented]) {
    const args = appArguments(command)?.filter((word) => !word.startsWith('--user-data-dir='))
    if (args && !NOT_HERE.test(args.join(' '))) lines.set(args.join(' '), args)
  }
  expect([...lines.keys()]).toEqual(expect.arrayContaining(['jobs', 'incidents', 'top', 'doctor']))
  for (const [line, args] of lines) {
    const ran = await run(folder, 'start.mjs', [`--user-data-dir=${userData}`, ...args])
    const codes = MAY_EXIT_1.includes(args[0] ?? '') ? [0, 1] : [0]
    expect(codes, `${line}: ${ran.stderr}`).toContain(ran.code)
    expect(ran.stderr, line).not.toContain('Error')
    expect(ran.stdout, line).not.toBe('')
  }
  expect(readdirSync(folder)).toContain('incident.html')
  rmSync(userData, { recursive: true })
})
