import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Folders } from './nodes/node'

export interface Options {
  readonly port: number
  readonly folders: Folders
  /** The options that were not understood, a line each. */
  readonly problems: readonly string[]
}

const DEFAULT_PORT = 8188

/** Parses `PORT` from the environment, `--input DIR` and `--output DIR` from the arguments. Never throws. */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const problems: string[] = []
  const port = parsePort(env.PORT, problems)
  const folder = { type: 'string' } as const
  const { tokens } = parseArgs({
    args: [...args],
    options: { input: folder, output: folder },
    strict: false,
    tokens: true,
  })
  const folders = { input: defaultFolder('input'), output: defaultFolder('output') }
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    const given = token.kind === 'option' ? token.rawName : token.value
    if (token.kind !== 'option' || (token.name !== 'input' && token.name !== 'output')) {
      problems.push(`argument ${given} is unknown: it is ignored. Accepted are --input DIR and --output DIR`)
    } else if (token.value && (token.inlineValue || !token.value.startsWith('-'))) {
      folders[token.name] = path.resolve(token.value)
    } else {
      problems.push(`argument ${given} is not followed by a folder: using ${folders[token.name]}`)
    }
  }
  return { port, folders, problems }
}

function parsePort(given: string | undefined, problems: string[]): number {
  if (given === undefined || given === '') return DEFAULT_PORT
  if (/^\d{1,5}$/.test(given) && Number(given) <= 65_535) return Number(given)
  problems.push(`PORT is ${JSON.stringify(given)}, accepted is 0 to 65535: using ${DEFAULT_PORT}`)
  return DEFAULT_PORT
}

function defaultFolder(name: string): string {
  return path.join(os.tmpdir(), `hanzo-studio-${name}`)
}
