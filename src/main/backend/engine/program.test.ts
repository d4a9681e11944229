import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../testing/program/program'
import { findProgram } from './program'

const among =
  (...files: readonly string[]) =>
  (file: string) =>
    files.includes(file)

describe('a program', () => {
  const linux = { cwd: '/studio', path: '/usr/local/bin:/usr/bin', platform: 'linux' } as const

  it('is looked for on the PATH, in its order', () => {
    const isProgram = among('/usr/bin/python3', '/usr/local/bin/python3')
    expect(findProgram('python3', { ...linux, isProgram })).toBe('/usr/local/bin/python3')
    expect(findProgram('python4', { ...linux, isProgram })).toBeNull()
  })

  it('is looked for in the engine’s folder when it is a path', () => {
    const isProgram = among('/studio/venv/bin/python', '/opt/python')
    expect(findProgram('venv/bin/python', { ...linux, isProgram })).toBe('/studio/venv/bin/python')
    expect(findProgram('/opt/python', { ...linux, isProgram })).toBe('/opt/python')
  })

  it('has its ending added on Windows, and is no script there', () => {
    const windows = { cwd: 'C:\\Studio', path: 'C:\\Python;C:\\Tools', platform: 'win32' } as const
    const isProgram = among('C:\\Python\\python.exe', 'C:\\Tools\\start.bat', 'C:\\Studio\\venv\\python.exe')
    expect(findProgram('python', { ...windows, isProgram })).toBe('C:\\Python\\python.exe')
    expect(findProgram('python.exe', { ...windows, isProgram })).toBe('C:\\Python\\python.exe')
    expect(findProgram('venv\\python', { ...windows, isProgram })).toBe('C:\\Studio\\venv\\python.exe')
    expect(findProgram('start', { ...windows, isProgram })).toBeNull()
  })

  it('is a file that may be run', () => {
    const cwd = temporaryFolder()
    const context = { cwd, path: '', platform: process.platform }
    const name = process.platform === 'win32' ? 'engine.exe' : 'engine'
    const file = path.join(cwd, name)
    writeFileSync(file, '')
    if (process.platform !== 'win32') {
      expect(findProgram(`./${name}`, context)).toBeNull()
      chmodSync(file, 0o700)
    }
    expect(findProgram(`./${name}`, context)).toBe(file)
    expect(findProgram('..', { ...context, path: cwd })).toBeNull()
  })
})
