import type { Fact } from './incident-facts'
import { terminalText } from './terminal-text'

export const INDENT = '  '

/** Names and their values, a line each, indented. */
export function factsText(all: readonly Fact[]): string {
  const width = all.reduce((most, [name]) => Math.max(most, name.length), 0)
  return all
    .map(([name, value]) => [terminalText(name).padEnd(width), terminalText(value ?? 'not known')] as const)
    .map(([name, value]) => `${INDENT}${name}  ${value}\n`)
    .join('')
}
