import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const FOLDER = path.dirname(__dirname)

/** The text of a file of `datadog/`. */
export function readText(name: string): string {
  return readFileSync(path.join(FOLDER, name), 'utf8')
}

export function readJson(name: string): unknown {
  return JSON.parse(readText(name))
}

/** The names of `monitors/<name>.json`. */
export function monitorFiles(): readonly string[] {
  return readdirSync(path.join(FOLDER, 'monitors')).map((file) => `monitors/${file}`)
}

/** Every value under a key of that name, at any depth. */
export function valuesOf(key: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(name === key ? [inner] : []),
    ...valuesOf(key, inner),
  ])
}

export function textsOf(key: string, value: unknown): string[] {
  return valuesOf(key, value).filter((text) => typeof text === 'string')
}

/** All texts at any depth. */
export function allTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(allTexts)
}
