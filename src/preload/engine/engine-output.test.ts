import { afterEach, expect, it, vi } from 'vitest'
import { EngineOutput } from './engine-output'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Records the text written, and the way. */
function recorded() {
  const written: string[] = []
  const keep = (way: string) => (text: unknown) => {
    written.push(`${way} ${text}`)
    return true
  }
  vi.spyOn(console, 'log').mockImplementation(keep('log'))
  vi.spyOn(console, 'warn').mockImplementation(keep('warn'))
  vi.spyOn(process.stdout, 'write').mockImplementation(keep('stdout'))
  vi.spyOn(process.stderr, 'write').mockImplementation(keep('stderr'))
  return written
}

it('is written line by line, as it comes', () => {
  const written = recorded()
  const output = new EngineOutput(() => false)
  output.push('stdout', Buffer.from('one\ntw'))
  output.push('stderr', Buffer.from('error\n'))
  output.push('stdout', Buffer.from('o\nthe end'))
  output.end()
  vi.restoreAllMocks()
  expect(written).toEqual(['stdout one\n', 'stderr error\n', 'stdout two\n', 'stdout the end\n'])
})

it('is written through console while a job runs, within that job', () => {
  const written = recorded()
  let isInJob = false
  const output = new EngineOutput((action) => {
    isInJob = true
    action()
    isInJob = false
    return true
  })
  vi.spyOn(console, 'log').mockImplementation((text) => void written.push(`${text} ${isInJob}`))
  output.push('stdout', Buffer.from('100 %s\n'))
  output.push('stderr', Buffer.from('careful\n'))
  vi.restoreAllMocks()
  expect(written).toEqual(['100 %s true', 'warn careful'])
})

it('shows a progress bar as it was last', () => {
  const written = recorded()
  new EngineOutput(() => false).push('stderr', Buffer.from('  5%|\r 50%|##\r100%|####\r\n'))
  vi.restoreAllMocks()
  expect(written).toEqual(['stderr 100%|####\n'])
})
