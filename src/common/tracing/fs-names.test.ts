import fs from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { nameFsFunctions } from './fs-names'

const restore: (() => void)[] = []
afterEach(() => {
  for (const put of restore.splice(0)) put()
})

/** Replaces a function of `fs` for this test. */
function replace(functions: object, name: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(functions, name)
  Object.defineProperty(functions, name, { value, configurable: true, enumerable: true, writable: true })
  restore.push(() => {
    if (before) Object.defineProperty(functions, name, before)
    else Reflect.deleteProperty(functions, name)
  })
}

/** A function without a name, as Electron's are. */
function anonymousFunction(): () => unknown {
  return Object.defineProperty(() => undefined, 'name', { value: '' })
}

it('gives anonymous functions the name they are called by', () => {
  const readFile = anonymousFunction()
  const statPromise = anonymousFunction()
  replace(fs, 'readFile', readFile)
  replace(fs.promises, 'stat', statPromise)
  nameFsFunctions()
  expect(fs.readFile).toBe(readFile)
  expect(readFile.name).toBe('readFile')
  expect(statPromise.name).toBe('stat')
})

it('gives it to their native twins too', () => {
  const realpath = Object.assign(anonymousFunction(), { native: anonymousFunction() })
  replace(fs, 'realpath', realpath)
  nameFsFunctions()
  expect(realpath.name).toBe('realpath')
  expect(realpath.native.name).toBe('realpath')
})

it('leaves a function its own name', () => {
  function ownName() {}
  replace(fs, 'readFile', ownName)
  nameFsFunctions()
  expect(fs.readFile).toBe(ownName)
  expect(ownName.name).toBe('ownName')
})

it('changes nothing of what Node has', () => {
  const look = () =>
    [fs, fs.promises].map((functions) =>
      Object.entries(Object.getOwnPropertyDescriptors(functions)).map(([name, { value, get }]) => [
        name,
        typeof value,
        value?.name,
        get?.name,
      ]),
    )
  const before = look()
  nameFsFunctions()
  expect(look()).toEqual(before)
})

it('gets along with what is no function', () => {
  replace(fs, 'oddities', null)
  replace(fs, 'moreOddities', { native: 7 })
  expect(nameFsFunctions).not.toThrow()
})

it('gets along with a function that cannot be named', () => {
  const later = anonymousFunction()
  replace(fs, 'access', Object.freeze(anonymousFunction()))
  replace(fs, 'writeFile', later)
  expect(nameFsFunctions).not.toThrow()
  expect(later.name).toBe('writeFile')
})
