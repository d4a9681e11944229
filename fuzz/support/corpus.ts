import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The files of `fuzz/corpus/<name>/`; npm runs every script in the project's folder. */
export function corpus(name: string): readonly Uint8Array[] {
  const folder = path.resolve('fuzz/corpus', name)
  const files = readdirSync(folder).sort()
  return files.map((file) => readFileSync(path.join(folder, file)))
}

/** The files of a corpus, parsed as JSON. */
export function jsonCorpus(name: string): readonly unknown[] {
  return textCorpus(name).map((text) => JSON.parse(text))
}

export function textCorpus(name: string): readonly string[] {
  return corpus(name).map((bytes) => Buffer.from(bytes).toString())
}
