import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Profile } from 'pprof-format'
import { beforeEach, describe, expect, it } from 'vitest'
import { pprofBytes } from '../../profiling/testing/pprof-bytes'
import { temporaryFolder } from '../../records/jobs/testing/temporary-folder'
import { MAX_PROFILE_BYTES } from '../../records/profiles/profile-folder'
import { incident } from '../testing/incident-sample'
import { NOW } from '../testing/run'
import { exportContents } from './contents'

const HOME = os.homedir()
/** A made-up key of Datadog's. */
const SECRET = '0123456789abcdef0123456789abcdef'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  for (const name of ['profiles', 'logs']) mkdirSync(path.join(folder, name))
})

async function contents(over: Parameters<typeof incident>[0] = {}) {
  const { files, problems } = await exportContents({
    dataFolder: folder,
    incident: incident({ profiles: { heap: null, cpu: null }, ...over }),
    failedJobs: [],
    doctor: async () => ({}),
    now: NOW,
    script: '0',
  })
  return {
    names: files.map(({ name }) => name),
    files: new Map(files.map(({ name, bytes }) => [name, Buffer.from(bytes)])),
    problems,
  }
}

/** @param names functions' names, each in a file of the home folder */
function profileOf(...names: string[]): Buffer {
  const frames = names.map((name) => `${name} ${HOME}/models/${name.length}.js:3`)
  return gzipSync(pprofBytes({ samples: [[frames, 1, 64]] }))
}
const textsOf = (profile: Buffer | undefined) =>
  Profile.decode(gunzipSync(profile ?? Buffer.alloc(0))).stringTable.strings.join('\n')

describe('a profile', () => {
  it('comes without secrets and the home folder, and from the folder of profiles alone', async () => {
    writeFileSync(path.join(folder, 'heap-1.pprof'), profileOf('outside'))
    writeFileSync(path.join(folder, 'profiles/heap-1.pprof'), profileOf(`DD_API_KEY=${SECRET}`, 'inside'))
    const { files, problems } = await contents({ profiles: { heap: '../heap-1.pprof', cpu: null } })
    expect(problems).toEqual([])
    const texts = textsOf(files.get('profiles/heap-1.pprof'))
    expect(texts).toContain('inside\n~/models/6.js')
    expect(texts).toContain('DD_API_KEY=<redacted>')
    const page = files.get('incident.html')?.toString() ?? ''
    expect(page).toContain('inside')
    for (const text of [texts, page])
      for (const not of [SECRET, HOME, 'outside']) expect(text).not.toContain(not)
  })

  it('comes once, where heap and CPU are in one', async () => {
    writeFileSync(path.join(folder, 'profiles/both.pprof'), profileOf('inside'))
    const { names } = await contents({ profiles: { heap: 'both.pprof', cpu: 'both.pprof' } })
    expect(names.filter((name) => name.startsWith('profiles/'))).toEqual(['profiles/both.pprof'])
  })

  const made: [string, (file: string) => unknown, RegExp][] = [
    ['is no pprof', (file) => writeFileSync(file, SECRET), /cannot be read, nor cleared of secrets/],
    ['is a folder', (file) => mkdirSync(file), /it is not a regular file/],
    [
      'is too large',
      (file) => {
        writeFileSync(file, '')
        truncateSync(file, MAX_PROFILE_BYTES + 1)
      },
      /it has \d+ bytes/,
    ],
  ]
  if (process.platform !== 'win32')
    made.push(
      ['is a pipe that nobody writes', (file) => execFileSync('mkfifo', [file]), /it is not a regular file/],
      [
        'is a link that leads outside',
        (file) => {
          writeFileSync(path.join(folder, 'elsewhere'), profileOf('outside'))
          symlinkSync('../elsewhere', file)
        },
        /it is not a regular file/,
      ],
    )
  it.each(made)('is left out, and it is said why, where it %s', async (_what, make, why) => {
    make(path.join(folder, 'profiles/heap-1.pprof'))
    const { names, files, problems } = await contents({ profiles: { heap: 'heap-1.pprof', cpu: null } })
    expect(problems).toEqual([expect.stringMatching(/^the profile heap-1\.pprof is left out: /)])
    expect(problems[0]).toMatch(why)
    expect(names.some((name) => name.startsWith('profiles/'))).toBe(false)
    expect(files.get('incident.html')?.toString()).not.toContain('outside')
  })
})

describe('the log', () => {
  const line = (time: string, message: string) => `${JSON.stringify({ time, message })}\n`
  const logOf = async (source: string) =>
    (await contents()).files.get(`logs/${source}.jsonl`)?.toString() ?? ''

  it('has the minutes around the incident, and of lines that a crash has cut those among them', async () => {
    writeFileSync(
      path.join(folder, 'logs/monitor.1.jsonl'),
      `cut at first\n${line('2026-11-23T20:07:59.000Z', 'too old')}cut long before\n`,
    )
    writeFileSync(
      path.join(folder, 'logs/monitor.jsonl'),
      `${line('2026-11-23T20:08:00.000Z', 'five minutes before')}cut meanwhile, DD_API_KEY=${SECRET}\n` +
        `${line('2026-11-23T20:15:00.000Z', 'two minutes after')}${line('2026-11-23T20:15:01.000Z', 'too late')}cut after\n`,
    )
    const messages = (await logOf('monitor'))
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text).message)
    expect(messages).toEqual([
      'five minutes before',
      'cut meanwhile, DD_API_KEY=<redacted>',
      'two minutes after',
    ])
  })

  it('has all of them also where the clock was set back between', async () => {
    writeFileSync(
      path.join(folder, 'logs/backend.jsonl'),
      line('2026-11-23T20:12:00.000Z', 'before') +
        line('2026-11-23T19:00:00.000Z', 'by a wrong clock') +
        line('2026-11-23T20:13:30.000Z', 'after'),
    )
    expect(await logOf('backend')).toMatch(/before[\s\S]*after/)
    expect(await logOf('backend')).not.toContain('wrong clock')
  })

  it('is left out where no line tells its time', async () => {
    writeFileSync(path.join(folder, 'logs/monitor.jsonl'), 'no time\nnor here\n')
    expect(await logOf('monitor')).toBe('')
  })
})
