import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { runProgram } from '../../../testing/program/program'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'

/** Gives each command line to a Node of its own. @returns their exit codes, `electron` for what takes an Electron, and what they wrote on stderr */
async function runEach(lines: readonly (readonly string[])[], defaultUserData: string) {
  const program = `
    import { runInNode } from './in-node'
    const runAll = async () => {
      const codes = []
      for (const args of ${JSON.stringify(lines)}) {
        const code = runInNode(args, { defaultUserData: ${JSON.stringify(defaultUserData)}, version: '0.1.0' })
        codes.push(code === null ? 'electron' : await code)
      }
      console.log('\\n' + JSON.stringify(codes))
    }
    runAll()`
  const { stdout, stderr } = await runProgram(program, { from: __dirname })
  return { codes: JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), stderr }
}

it('leaves to Electron what asks Electron alone', async () => {
  const lines: [readonly string[], unknown][] = [
    [[], 'electron'],
    [['--some-switch'], 'electron'],
    [['doctor'], 'electron'],
    [['doctor', '--json'], 'electron'],
    [['doctor', '--help'], 0],
    [['doctor', '--version'], 0],
    [['incidents', 'last', '--export'], 'electron'],
    [['incidents', '--export=a.zip', 'last'], 'electron'],
    [['incidents', '--export', '-h'], 0],
    [['incidents', '--json'], 2],
    [['jobs', '--export'], 2],
    [['jbos'], 2],
  ]
  const { codes } = await runEach(
    lines.map(([args]) => args),
    '/nowhere',
  )
  expect(codes).toEqual(lines.map(([, code]) => code))
})

it('reads the folder that is named last, before the end of options alone', async () => {
  const userData = temporaryFolder()
  mkdirSync(path.join(userData, 'studio-monitor'))
  const named = `--user-data-dir=${userData}`
  const lines: [readonly string[], unknown][] = [
    [['--user-data-dir=/nowhere', named, 'jobs'], 0],
    [[named, 'jobs', '--user-data-dir=/nowhere'], 2],
    [['jobs', '--user-data-dir='], 2],
    [['jobs'], 2],
    [['jobs', '--', named], 2],
  ]
  const { codes, stderr } = await runEach(
    lines.map(([args]) => args),
    '/nowhere',
  )
  expect(codes).toEqual(lines.map(([, code]) => code))
  expect(stderr).toContain(`studio-monitor: data folder ${path.join(userData, 'studio-monitor')}\n`)
})
