import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.join(__dirname, '../..')

/** The documents whose commands people type. What `CHANGELOG.md` names may be gone since. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'datadog/README.md',
  'examples/README.md',
]

/** One command line that a document shows. */
export interface DocumentedCommand {
  /** The document and its line, from 1. */
  readonly place: string
  /** True in a block of its own, false within a sentence or a table. */
  readonly isBlock: boolean
  /** The variables before the program: `NAME=value`. */
  readonly variables: readonly string[]
  /** The program and its arguments, without quotes. */
  readonly words: readonly string[]
}

const PROGRAM = /^(?:[A-Z][A-Z0-9_]*=(?:'[^']*'|[^\s'])*\s+)*(?:npm|npx|node|studio-monitor)\s/
const BLOCK = /^(?: {4}|\t)(?:\$ )?(.*)$/
const INLINE = /`([^`\n]+)`/g
const WORD = /(?:[^\s'"]|'[^']*'|"(?:\\.|[^"\\])*")+/g

/** The command lines of a document. @param text of it */
export function commandsIn(document: string, text: string): DocumentedCommand[] {
  let fence: string | null = null
  return text.split('\n').flatMap((line, index) => {
    const place = `${document}:${index + 1}`
    const mark = /^```(\w*)/.exec(line)
    if (mark) fence = fence === null ? (mark[1] ?? '') : null
    const isShell = fence !== null && ['', 'sh', 'bash', 'console'].includes(fence)
    const block =
      fence === null ? BLOCK.exec(line)?.[1] : isShell && !mark ? line.replace(/^\$ /, '') : undefined
    if (block !== undefined) return commandsOf(block, place, true)
    if (fence !== null) return []
    return [...line.matchAll(INLINE)].flatMap(([, code = '']) => commandsOf(code, place, false))
  })
}

/** The command lines of all documents. */
export function documentedCommands(): DocumentedCommand[] {
  return DOCUMENTS.flatMap((document) =>
    commandsIn(document, readFileSync(path.join(ROOT, document), 'utf8')),
  )
}

function commandsOf(text: string, place: string, isBlock: boolean): DocumentedCommand[] {
  return text
    .replace(/\s+#\s.*$/, '')
    .split(/\s+&&\s+/)
    .filter((command) => PROGRAM.test(`${command} `))
    .map((command) => {
      const words = (command.match(WORD) ?? []).map((word) =>
        word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"/g, '$1$2'),
      )
      const at = words.findIndex((word) => !/^[A-Z][A-Z0-9_]*=/.test(word))
      // npx's own: it installs nothing then.
      const called = words.slice(at).filter((word, n) => n !== 1 || word !== '--no')
      return { place, isBlock, variables: words.slice(0, at), words: called }
    })
}

/**
 * The arguments that a command of the app's is called with, `['incidents', 'last']`.
 * @returns `null` for a command line that does not call the app, and for one that starts it
 */
export function appArguments({ words }: Pick<DocumentedCommand, 'words'>): readonly string[] | null {
  const args =
    words[0] === 'npm' && words[1] === 'start' && words[2] === '--'
      ? words.slice(3)
      : words[0] === 'npx' && words[1] === 'studio-monitor'
        ? words.slice(2)
        : words[0] === 'studio-monitor'
          ? words.slice(1)
          : []
  return args.some((word) => !word.startsWith('-')) ? args : null
}
