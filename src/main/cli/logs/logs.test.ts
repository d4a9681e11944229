import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../testing/run'
import { LogFollower } from './follow-log'
import { newestLines } from './read-log'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'studio-logs-'))
  mkdirSync(path.join(folder, 'logs'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string) => path.join(folder, 'logs', name)

/** @param second after 20:00 */
function line(second: number, message: string, level?: string): string {
  const time = new Date(Date.UTC(2026, 10, 23, 20, 0, second)).toISOString()
  return `${JSON.stringify({ time, ...(level && { level }), message })}\n`
}

const messages = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((text) => JSON.parse(text).message)

it('shows both logs in the order of time, rotated files first', async () => {
  writeFileSync(file('monitor.1.jsonl'), line(1, 'one', 'info'))
  writeFileSync(file('monitor.jsonl'), line(3, 'three', 'warn') + line(5, 'five', 'error'))
  writeFileSync(file('backend.jsonl'), line(2, 'two') + line(4, 'four'))
  const all = await run(folder, ['logs', '--json'])
  expect(all).toMatchObject({ code: 0, stderr: '' })
  expect(messages(all.stdout)).toEqual(['one', 'two', 'three', 'four', 'five'])
  expect(messages((await run(folder, ['logs', 'backend', '--json'])).stdout)).toEqual(['two', 'four'])
  expect(messages((await run(folder, ['logs', '--json', '--limit', '2'])).stdout)).toEqual(['four', 'five'])
  expect(messages((await run(folder, ['logs', '--json', '--level', 'warn'])).stdout)).toEqual([
    'three',
    'five',
  ])
  expect(messages((await run(folder, ['logs', '--json', '--level=warn', '--limit=1'])).stdout)).toEqual([
    'five',
  ])
  expect(messages((await run(folder, ['logs', '--json', '--since', '2026-11-23T20:00:04'])).stdout)).toEqual([
    'four',
    'five',
  ])
})

it('shows lines for people: local time, level, which log', async () => {
  writeFileSync(file('monitor.jsonl'), line(1, 'memory is short', 'warn'))
  writeFileSync(file('backend.jsonl'), line(2, 'Traceback:\n  File "main.py"\n\u001b[31mred\u001b[0m'))
  const { stdout } = await run(folder, ['logs'])
  expect(stdout).toMatch(/^2026-11-23 \d\d:00:01 \S+ warn {2}monitor memory is short\n/)
  expect(stdout).toMatch(/ {7}backend Traceback:\n {6}File "main\.py"\n {4}red\n$/)
})

it('shows the newest hundred of many', async () => {
  writeFileSync(file('backend.jsonl'), Array.from({ length: 250 }, (_, n) => line(n, `n${n}`)).join(''))
  const { stdout } = await run(folder, ['logs'])
  expect(stdout.trim().split('\n')).toHaveLength(100)
  expect(stdout).toMatch(/n249\n$/)
})

it('gives the lines to scripts as they are in the file, and what a crash has cut as a message', async () => {
  const odd = '{"time":"2026-11-23T20:00:01.000Z","a":1.0,"message":"x"}'
  writeFileSync(file('backend.jsonl'), `${odd}\n\n{"time":"2026-11-2\n${line(2, 'after')}`)
  const { stdout } = await run(folder, ['logs', '--json'])
  expect(stdout.split('\n')[0]).toBe(odd)
  expect(messages(stdout)).toEqual(['x', '{"time":"2026-11-2', 'after'])
})

it('tells where there is none', async () => {
  expect(await run(folder, ['logs'])).toEqual({ code: 0, stdout: 'No logs on record.\n', stderr: '' })
  expect(await run(folder, ['logs', '--json'])).toEqual({ code: 0, stdout: '', stderr: '' })
})

it('says what cannot be read', async () => {
  mkdirSync(file('monitor.jsonl'))
  const { code, stdout, stderr } = await run(folder, ['logs'])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('monitor.jsonl: it is not a regular file')
})

it.each([
  [['logs', 'engine'], 'known are monitor and backend'],
  [['logs', 'backnd'], 'Did you mean backend?'],
  [['logs', 'monitor', 'backend'], 'one log at a time'],
  [['logs', '--level', 'loud'], 'debug, info, warn, error are'],
  [['logs', '--limit', '0'], 'positive integer'],
  [['logs', '--since', 'yesterday'], 'is not accepted'],
  [['logs', '--folow'], 'Did you mean --follow?'],
])('refuses %j', async (words, why) => {
  expect(await run(folder, words)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(why),
  })
})

it('shows all that is from then on, also where the clock was set back meanwhile', async () => {
  writeFileSync(file('monitor.1.jsonl'), line(5, 'five') + line(1, 'one') + line(6, 'six'))
  writeFileSync(file('monitor.jsonl'), line(2, 'two') + line(3, 'three'))
  const { stdout } = await run(folder, ['logs', '--json', '--since', '2026-11-23T20:00:03'])
  expect(messages(stdout)).toEqual(['three', 'five', 'six'])
})

it('takes a line without a time to be from when its neighbours are', async () => {
  writeFileSync(
    file('monitor.jsonl'),
    `first cut\n${line(1, 'one')}cut by a crash\n${line(5, 'five')}cut too\n`,
  )
  const since = async (time: string) =>
    messages((await run(folder, ['logs', '--json', '--since', time])).stdout)
  expect(await since('2026-11-23T20:00:05')).toEqual(['five', 'cut too'])
  expect(await since('2026-11-23T20:00:01')).toEqual([
    'first cut',
    'one',
    'cut by a crash',
    'five',
    'cut too',
  ])
  expect(messages((await run(folder, ['logs', '--json', '--limit', '2'])).stdout)).toEqual([
    'five',
    'cut too',
  ])
  writeFileSync(file('monitor.jsonl'), 'no time at all\n')
  expect(await since('2026-11-23T20:00:05')).toEqual(['no time at all'])
})

it('reads older files also where a number between them is missing, or is none', async () => {
  writeFileSync(file('monitor.jsonl'), line(4, 'four'))
  mkdirSync(file('monitor.1.jsonl'))
  writeFileSync(file('monitor.3.jsonl'), line(1, 'one'))
  writeFileSync(file('backend.2.jsonl'), line(2, 'two'))
  const { code, stdout, stderr } = await run(folder, ['logs', '--json'])
  expect(messages(stdout)).toEqual(['one', 'two', 'four'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('monitor.1.jsonl') })
})

it('stops in the newest file where a follower begins', () => {
  writeFileSync(file('monitor.1.jsonl'), line(1, 'one'))
  writeFileSync(file('monitor.jsonl'), line(2, 'two') + line(3, 'three'))
  const { lines } = newestLines(
    folder,
    { sources: ['monitor'], limit: null },
    () => true,
    new Map([['monitor', line(2, 'two').length]]),
  )
  expect(lines.map(({ message }) => message)).toEqual(['one', 'two'])
})

describe('a follower', () => {
  const read = (follower: LogFollower) => {
    const { lines, problem } = follower.read()
    return problem ?? lines.map(({ message }) => message)
  }

  it('begins behind the last whole line, and tells the half-written one when it is whole', () => {
    writeFileSync(file('monitor.jsonl'), `${line(1, 'one')}{"message":`)
    const follower = new LogFollower(folder, 'monitor')
    expect(follower.position).toBe(line(1, 'one').length)
    expect(read(follower)).toEqual([])
    appendFileSync(file('monitor.jsonl'), '"two"}\n')
    expect(read(follower)).toEqual(['two'])
  })

  it('begins anew in a file that was emptied', () => {
    writeFileSync(file('monitor.jsonl'), line(1, 'one') + line(2, 'two'))
    const follower = new LogFollower(folder, 'monitor')
    writeFileSync(file('monitor.jsonl'), line(3, 'three'))
    expect(read(follower)).toEqual(['three'])
    expect(read(follower)).toEqual([])
  })

  it('finds the file that it was in behind a number that is missing', () => {
    writeFileSync(file('monitor.jsonl'), line(1, 'one'))
    const follower = new LogFollower(folder, 'monitor')
    appendFileSync(file('monitor.jsonl'), line(2, 'two'))
    renameSync(file('monitor.jsonl'), file('monitor.2.jsonl'))
    writeFileSync(file('monitor.jsonl'), line(3, 'three'))
    expect(read(follower)).toEqual(['two', 'three'])
  })

  it('has nothing to tell twice where the file that it was in is gone', () => {
    writeFileSync(file('monitor.jsonl'), line(1, 'one'))
    const follower = new LogFollower(folder, 'monitor')
    writeFileSync(file('monitor.1.jsonl'), line(2, 'of before'))
    renameSync(file('monitor.jsonl'), file('elsewhere'))
    writeFileSync(file('monitor.jsonl'), line(3, 'three'))
    expect(read(follower)).toEqual(['three'])
  })

  it('says what cannot be read, and goes on when it can', () => {
    mkdirSync(file('monitor.jsonl'))
    const follower = new LogFollower(folder, 'monitor')
    expect(follower.position).toBe(0)
    rmSync(file('monitor.jsonl'), { recursive: true })
    writeFileSync(file('monitor.jsonl'), line(1, 'one'))
    expect(read(follower)).toEqual(['one'])
  })
})

it('follows what is added, through the rotation, whole lines alone, until it is ended', async () => {
  writeFileSync(file('monitor.jsonl'), line(1, 'old', 'info'))
  const ending = new AbortController()
  let stdout = ''
  const steps: [string, () => void][] = [
    ['old', () => appendFileSync(file('monitor.jsonl'), line(2, 'added', 'info'))],
    [
      'added',
      () => {
        appendFileSync(file('monitor.jsonl'), line(3, 'last of the old file', 'info'))
        renameSync(file('monitor.jsonl'), file('monitor.1.jsonl'))
        writeFileSync(file('monitor.jsonl'), `${line(4, 'first of the new', 'info')}{"half":`)
      },
    ],
    ['first of the new', () => writeFileSync(file('backend.jsonl'), line(5, 'a backend begins'))],
    ['a backend begins', () => appendFileSync(file('monitor.jsonl'), '1}\n')],
    ['half', () => ending.abort()],
  ]
  const { code } = await run(folder, ['logs', '-f', '--json'], {
    untilEnded: () => ending.signal,
    stdout: (text) => {
      stdout += text
      const [step] = steps
      if (step && text.includes(step[0])) {
        steps.shift()
        step[1]()
      }
    },
  })
  expect(code).toBe(0)
  expect(messages(stdout)).toEqual([
    'old',
    'added',
    'last of the old file',
    'first of the new',
    'a backend begins',
    undefined,
  ])
})

it('shows lines since a time also where the clock was set back meanwhile, and a file is missing', async () => {
  writeFileSync(file('monitor.2.jsonl'), line(30, 'older file'))
  writeFileSync(file('monitor.jsonl'), line(40, 'young') + line(5, 'set back') + line(41, 'young again'))
  const { stdout } = await run(folder, ['logs', '--json', '--since', '2026-11-23T20:00:20'])
  expect(messages(stdout)).toEqual(['older file', 'young', 'young again'])
})

it('follows a line that was half written at the start once it is whole, and a log that was cut off', async () => {
  const whole = line(2, 'written in two pieces')
  writeFileSync(file('backend.jsonl'), line(1, 'one') + whole.slice(0, 30))
  const ending = new AbortController()
  const steps: [string, () => void][] = [
    ['one', () => appendFileSync(file('backend.jsonl'), whole.slice(30))],
    ['two pieces', () => writeFileSync(file('backend.jsonl'), line(3, 'cut off'))],
    ['cut off', () => ending.abort()],
  ]
  let stdout = ''
  await run(folder, ['logs', '-f', '--json', 'backend'], {
    untilEnded: () => ending.signal,
    stdout: (text) => {
      stdout += text
      if (steps[0] && text.includes(steps[0][0])) steps.shift()?.[1]()
    },
  })
  expect(messages(stdout)).toEqual(['one', 'written in two pieces', 'cut off'])
})
