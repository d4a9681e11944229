import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../testing/program/program'
import { StartError, startableEntry } from './start-error'

function refusal(entry: string | null): StartError {
  try {
    startableEntry(entry)
  } catch (error) {
    if (error instanceof StartError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('the entry', () => {
  it('is given back as an absolute path', () => {
    const file = path.join(temporaryFolder(), 'backend.js')
    writeFileSync(file, '')
    expect(startableEntry(file)).toBe(file)
    expect(startableEntry(path.relative('.', file))).toBe(file)
  })

  it('may be a link to a file', () => {
    const folder = temporaryFolder()
    const link = path.join(folder, 'link.js')
    writeFileSync(path.join(folder, 'file.js'), '')
    symlinkSync('file.js', link)
    expect(startableEntry(link)).toBe(link)
  })

  it('is missing', () => {
    const { exitCode, message } = refusal(null)
    expect(exitCode).toBe(2)
    expect(message).toBe(
      'there is no backend to start; STUDIO_BACKEND_ENTRY must name the JavaScript file of the Studio backend',
    )
  })

  it.each([
    ['not there', 'gone.js'],
    ['a folder', 'folder'],
    ['a link that leads nowhere', 'dangling.js'],
    ['a link to itself', 'circle.js'],
    ['below a file', 'file.js/below.js'],
    ['with a name too long for the disk', 'x'.repeat(300)],
    ['with a name no file can have', 'a\0b.js'],
  ])('is refused when it is %s', (_what, name) => {
    const folder = temporaryFolder()
    writeFileSync(path.join(folder, 'file.js'), '')
    mkdirSync(path.join(folder, 'folder'))
    symlinkSync('nowhere', path.join(folder, 'dangling.js'))
    symlinkSync('circle.js', path.join(folder, 'circle.js'))
    const { exitCode, message } = refusal(path.join(folder, name))
    expect(exitCode).toBe(2)
    expect(message).toContain(`there is no file ${path.join(folder, name)}; STUDIO_BACKEND_ENTRY must name`)
  })
})

it('a second app on the same data is refused in one line', () => {
  const error = StartError.alreadyRunning('/data', 'process 7 on host')
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'StartError', exitCode: 1 })
  expect(error.message).toMatch(/\/data.*process 7 on host/)
})
