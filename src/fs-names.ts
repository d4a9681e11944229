import fs from 'node:fs'

/**
 * Electron replaces the functions of `fs` that can read from an asar archive by anonymous ones, and dd-trace
 * knows a function by its `name`: without one it gives up on `fs` as a whole (seen in Electron 33.2.1 with
 * dd-trace 5.132). To be called before dd-trace is loaded.
 */
export function nameFsFunctions(): void {
  for (const functions of [fs, fs.promises]) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(functions))) {
      if (typeof value === 'function' && value.name === '')
        Object.defineProperty(value, 'name', { value: name })
      const native = value?.native
      if (typeof native === 'function' && native.name === '')
        Object.defineProperty(native, 'name', { value: name })
    }
  }
}
