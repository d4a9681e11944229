import fs from 'node:fs'

/**
 * Gives the functions of `fs` their names back: Electron replaces those that can read from an asar archive by
 * anonymous ones, and dd-trace, which knows a function by its `name`, then gives up on `fs` as a whole (seen
 * in Electron 33.2.1 with dd-trace 5.132). Call it before dd-trace is loaded.
 */
export function nameFsFunctions(): void {
  for (const functions of [fs, fs.promises]) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(functions))) {
      nameIfAnonymous(value, name)
      nameIfAnonymous(value?.native, name)
    }
  }
}

function nameIfAnonymous(value: unknown, name: string): void {
  // Unlike Object.defineProperty it does not throw for a frozen function.
  if (typeof value === 'function' && value.name === '') Reflect.defineProperty(value, 'name', { value: name })
}
