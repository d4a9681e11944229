import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMAND_NAMES } from '../src/main/cli/command-names'
import { run } from '../src/main/cli/testing/run'
import { SETTING_NAMES } from '../src/main/settings/definitions'
import {
  appArguments,
  commandsIn,
  DOCUMENTS,
  type DocumentedCommand,
  documentedCommands,
} from '../testing/documentation/commands'

const ROOT = path.join(__dirname, '..')
const PACKAGE: { readonly scripts: Record<string, string>; readonly bin: Record<string, string> } =
  JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
/** Keys of the import's, the example's port, and what says which tests run or where settings are: no setting has them. */
const OTHER_VARIABLES = ['DD_APP_KEY', 'PORT', 'STUDIO_TESTS', 'STUDIO_MONITOR_CONFIG']
const OF_NPM = ['ci', 'test', 'install', 'start']

const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const optionsIn = (words: readonly string[]) =>
  words.filter((word) => /^--\w/.test(word)).map((word) => word.replace(/=.*/, ''))

/** The option is one of a script's, or of those that it consists of. */
const hasOption = (file: string, option: string) => {
  const files = [
    file,
    ...[...textOf(file).matchAll(/'(\.\/[^']+\.mjs)'/g)].map(([, name = '']) =>
      path.posix.join(path.posix.dirname(file), name),
    ),
  ]
  const name = option.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  return files.some((each) =>
    new RegExp(`${option}\\b|['"]${option.slice(2)}['"]|\\b${name}\\b`).test(textOf(each)),
  )
}

/** The fault of a command of the app's, in words; `null` for none. */
async function faultOfApp(args: readonly string[]): Promise<string | null> {
  const [name = ''] = args.filter((word) => !word.startsWith('-'))
  if (name === 'ARGS') return null
  if (!COMMAND_NAMES.some((known) => known === name)) return `there is no command ${name}`
  const { stdout } = await run('/nowhere', [name, '--help'])
  const unknown = optionsIn(args).filter((option) => option !== '--user-data-dir' && !stdout.includes(option))
  return unknown.length === 0 ? null : `${name} has no ${unknown.join(', ')}`
}

async function faultOf(command: DocumentedCommand): Promise<string | null> {
  const strange = command.variables
    .map((variable) => variable.replace(/=.*/s, ''))
    .find((name) => ![...SETTING_NAMES, ...OTHER_VARIABLES].includes(name))
  if (strange !== undefined) return `nothing reads ${strange}`
  const args = appArguments(command)
  if (args !== null) return faultOfApp(args)
  const [program, word = '', ...rest] = command.words
  if (program === 'node') return faultOfScript(word, rest)
  if (program === 'npx')
    return Object.hasOwn(PACKAGE.bin, word) || existsSync(path.join(ROOT, 'node_modules/.bin', word))
      ? null
      : `nothing brings ${word}`
  if (program !== 'npm') return null
  if (word !== 'run') return OF_NPM.includes(word) ? null : `npm has no ${word}`
  const [name = '', ...more] = rest
  const script = PACKAGE.scripts[name]
  if (script === undefined) return `there is no script ${name}`
  const file = /^node (\S+\.mjs)/.exec(script)?.[1]
  return file === undefined ? null : faultOfScript(file, more)
}

function faultOfScript(file: string, words: readonly string[]): string | null {
  // What a build makes is tried by the tests of what it is built from.
  if (file.startsWith('dist/')) return null
  if (!existsSync(path.join(ROOT, file))) return `there is no ${file}`
  const unknown = optionsIn(words).find((option) => !hasOption(file, option))
  return unknown === undefined ? null : `${file} has no ${unknown}`
}

it('each command, option and variable that a document shows exists', async () => {
  const commands = documentedCommands()
  expect(commands.length).toBeGreaterThan(60)
  const faults = await Promise.all(
    commands.map(async (command) => ({ place: command.place, fault: await faultOf(command) })),
  )
  expect(faults.filter(({ fault }) => fault !== null)).toEqual([])
})

it('each option in the table of commands is one of each command that the row names, and none is left out', async () => {
  const rows = textOf('docs/commands.md').matchAll(/^\| (`-.*?) \| (`.*?) \|/gm)
  const told = [...rows].flatMap(([, options = '', names = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({
      name,
      option: /--\w[\w-]*/.exec(options)?.[0] ?? '',
    })),
  )
  expect(told.length).toBeGreaterThan(10)
  const everywhere = ['--help', '--json']
  for (const name of COMMAND_NAMES) {
    const { stdout } = await run('/nowhere', [name, '--help'])
    const has = new Set([...stdout.matchAll(/--[a-z][a-z-]*/g)].map(([option]) => option))
    const documented = told.filter((row) => row.name === name).map(({ option }) => option)
    expect(
      documented.filter((option) => !has.has(option)),
      name,
    ).toEqual([])
    const all = [...documented, ...everywhere]
    expect(
      [...has].filter((option) => !all.includes(option)),
      name,
    ).toEqual([])
  }
})

it('each setting that a document names exists', () => {
  const source = (name: string) => [...SETTING_NAMES, ...OTHER_VARIABLES].some((known) => known === name)
  const named = DOCUMENTS.flatMap((document) =>
    [...textOf(document).matchAll(/\bSTUDIO_[A-Z_]+[A-Z]\b/g)].map(([name]) => `${document}: ${name}`),
  )
  expect(named.length).toBeGreaterThan(50)
  expect(named.filter((place) => !source(place.split(': ')[1] ?? ''))).toEqual([])
})

it('the README is short, and all else is in docs/', () => {
  expect(textOf('README.md').split('\n').length).toBeLessThanOrEqual(150)
})

describe('a document', () => {
  const textWith = (line: string) =>
    `# A\n\n    ${line}\n\n\`\`\`js\nnpm run none\n\`\`\`\n\n\`\`\`sh\n${line}\n\`\`\`\n`

  it('shows commands in blocks and in sentences', () => {
    expect(commandsIn('a.md', `${textWith('A=1 npm start -- jobs   # lists')}see \`npm run x\`\n`)).toEqual([
      { place: 'a.md:3', isBlock: true, variables: ['A=1'], words: ['npm', 'start', '--', 'jobs'] },
      { place: 'a.md:10', isBlock: true, variables: ['A=1'], words: ['npm', 'start', '--', 'jobs'] },
      { place: 'a.md:12', isBlock: false, variables: [], words: ['npm', 'run', 'x'] },
    ])
  })

  it.each([
    ['npm start -- jbos', 'there is no command jbos'],
    ['npx studio-monitor incidents --htlm', 'incidents has no --htlm'],
    ['npm run settigns', 'there is no script settigns'],
    ['npm run soak -- --deahts 5', 'scripts/soak.mjs has no --deahts'],
    ['npm instal x', 'npm has no instal'],
    ['node scripts/none.mjs', 'there is no scripts/none.mjs'],
    ['node datadog/import.mjs --machine-tga', 'datadog/import.mjs has no --machine-tga'],
    ['npx none', 'nothing brings none'],
    ['STUDIO_ENGINE_COMAND=\'["a", "b"]\' npm start', 'nothing reads STUDIO_ENGINE_COMAND'],
  ])('that shows %s is wrong', async (line, fault) => {
    const [command] = commandsIn('a.md', textWith(line))
    expect(command && (await faultOf(command))).toBe(fault)
  })
})
