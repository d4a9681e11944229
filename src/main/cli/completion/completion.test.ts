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

/** Words behind the program, the last one as far as it is typed, and what is offered for it. */
const TYPED: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [['sta'], ['status']],
  [
    ['logs', '--l'],
    ['--level', '--limit'],
  ],
  [['jobs', '--cause', 'ki'], ['killed']],
  [['--user-data-dir=/x', 'completion', 'z'], ['zsh']],
  [['--v'], ['--version']],
  [['incidents', '--export', 'pack'], ['package.json']],
  [['incidents', '3f9a', '--html', 'pack'], ['package.json']],
]

/** Asks a real shell what it offers. */
const ASK: Readonly<Record<string, (script: string, words: readonly string[]) => readonly string[]>> = {
  bash: (script, words) => {
    // As bash splits them.
    const split = words.flatMap((word) => word.split(/(=)/))
    return [
      '--norc',
      '-c',
      `${script}
COMP_WORDS=(studio-monitor ${split.join(' ')}); COMP_CWORD=${split.length}; _studio_monitor; printf '%s\n' "\${COMPREPLY[@]}"`,
    ]
  },
  zsh: (script, words) => [
    '-f',
    '-c',
    // Outside its line editor there is nobody to offer anything to: what would be is printed.
    `compdef() { }
compadd() { print -rl -- \${(M)\${@[2,-1]}:#\${words[CURRENT]}*} }
_files() { print -rl -- \${words[CURRENT]}*.json(N) | grep -v lock }
${script}
words=(studio-monitor ${words.join(' ')}); CURRENT=$#words; _studio_monitor`,
  ],
  fish: (script, words) => [
    '--no-config',
    '-c',
    `${script}\ncomplete -C 'studio-monitor ${words.join(' ')}'`,
  ],
}

it.for(Object.keys(ASK).flatMap((shell) => TYPED.map(([words, offered]) => ({ shell, words, offered }))))(
  'is completed by a real $shell: $words',
  async ({ shell, words, offered }, { skip }) => {
    if (spawnSync(shell, ['--version']).error) skip(`${shell} is not installed here`)
    const args = ASK[shell]?.(await script(shell), words) ?? []
    const said = execFileSync(shell, args, { encoding: 'utf8' }).trim().split('\n')
    expect(said.map((line) => line.split('\t', 1)[0]).filter((word) => !word?.includes('lock'))).toEqual(
      offered,
    )
  },
)

it('is accepted by a real PowerShell', async ({ skip }) => {
  if (spawnSync('pwsh', ['--version']).error) skip('PowerShell is not installed here')
  const ask = `${await script('powershell')}
(TabExpansion2 -inputScript 'studio-monitor jobs --cause ki' -cursorColumn 30).CompletionMatches.CompletionText`
  expect(execFileSync('pwsh', ['-NoProfile', '-Command', ask], { encoding: 'utf8' }).trim()).toBe('killed')
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
