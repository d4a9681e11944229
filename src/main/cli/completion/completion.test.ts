import { execFileSync, spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { COMMAND_NAMES } from '../command-names'
import { run } from '../testing/run'
import { OPTIONS, SHELLS } from './words'

const script = async (shell: string) => (await run('/nowhere', ['completion', shell])).stdout

it.each(COMMAND_NAMES)('has the options that the help of %s lists', async (name) => {
  const { stdout } = await run('/nowhere', [name, '--help'])
  // Not those of which the text says only that they are not to be had.
  const listed = new Set([...stdout.matchAll(/^ {2}(?:-., )?(--[a-z-]+)/gm)].map(([, option]) => option))
  const usage = new Set([...stdout.matchAll(/\[(--[a-z-]+)/g)].map(([, option]) => option))
  const all = [...new Set([...listed, ...usage])].filter((option) => option !== '--help')
  expect([...OPTIONS[name]].sort()).toEqual(all.sort())
})

it.each(SHELLS)('of %s names every command', async (shell) => {
  const { code, stdout, stderr } = await run('/nowhere', ['completion', shell])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const name of COMMAND_NAMES) expect(stdout).toContain(name)
})

it.each<[words: string[], offered: string[]]>([
  [['sta'], ['status']],
  [
    ['logs', '--l'],
    ['--level', '--limit'],
  ],
  [['jobs', '--cause', 'ki'], ['killed']],
  [['--user-data-dir=/x', 'completion', 'z'], ['zsh']],
  [['--v'], ['--version']],
])('completes in a real bash: %j', async (words, offered) => {
  const ask = `${await script('bash')}
COMP_WORDS=(studio-monitor ${words.join(' ')}); COMP_CWORD=${words.length}; _studio_monitor; printf '%s\\n' "\${COMPREPLY[@]}"`
  expect(execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim().split('\n')).toEqual(offered)
})

it.each([
  ['zsh', ['-n']],
  ['fish', ['--no-execute']],
] as const)('is a script that %s accepts, where that is installed', async (shell, args) => {
  const { error, status, stderr } = spawnSync(shell, [...args, '/dev/stdin'], { input: await script(shell) })
  if (error) return expect(error).toMatchObject({ code: 'ENOENT' })
  expect(`${status} ${stderr}`).toBe('0 ')
})

it.each([
  [[], 'which shell?'],
  [['tcsh'], 'known are bash, zsh, fish, powershell'],
  [['bahs'], 'Did you mean bash?'],
  [['bash', 'zsh'], 'one shell at a time'],
])('refuses %j', async (words, why) => {
  expect(await run('/nowhere', ['completion', ...words])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(why),
  })
})
