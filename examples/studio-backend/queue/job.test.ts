import diagnosticsChannel from 'node:diagnostics_channel'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { NODE_TYPES } from '../nodes'
import { validatePrompt } from '../workflow/validate'
import { jobOf, runJob } from './job'
import type { Frame } from './outcome'

interface Traced {
  id: string
  name: string
  kind: string
  progress: number
  error?: unknown
}

const channel = diagnosticsChannel.tracingChannel<unknown, Traced>('studio.job')
let events: string[] = []
let context: Traced | undefined
const subscriber = {
  start: (traced: Traced) => {
    context = traced
    events.push(`start ${traced.progress}`)
  },
  end: () => {},
  asyncStart: () => {},
  asyncEnd: (traced: Traced) => void events.push(`asyncEnd ${traced.progress}`),
  error: (traced: Traced) => void events.push(`error ${traced.error}`),
}

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'studio-job-'))
  events = []
  context = undefined
  channel.subscribe(subscriber)
})
afterEach(() => {
  channel.unsubscribe(subscriber)
  fs.rmSync(folder, { recursive: true })
})

function run(
  nodes: object,
  onFrame: (frame: Frame) => void = () => {},
  signal = new AbortController().signal,
) {
  const folders = { input: folder, output: folder }
  const validated = validatePrompt(nodes, NODE_TYPES, folders)
  if (!validated.ok) throw new Error(validated.error.details)
  const { workflow } = validated
  return runJob({
    context: jobOf('job-1', workflow),
    workflow,
    folders,
    signal,
    send: onFrame,
    now: Date.now,
  })
}

const noise = { class_type: 'NoiseImage', inputs: { width: 6, height: 4, seed: 1, scale: 4 } }
const save = { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'small' } }

test('a job is on the channel from start to end, with progress from 0 to 1', async () => {
  const progress: number[] = []
  const outcome = await run({ '1': noise, '2': save }, () => context && progress.push(context.progress))
  expect(context).toMatchObject({ id: 'job-1', name: 'small', kind: 'prompt', progress: 1 })
  expect(events).toEqual(['start 0', 'asyncEnd 1'])
  expect(progress).toEqual([...progress].sort((a, b) => a - b))
  expect(progress.some((value) => value > 0 && value < 1)).toBe(true)
  expect(outcome.status).toBe('success')
  expect(outcome.outputs).toEqual({
    '2': { images: [{ filename: 'small_00001_.png', subfolder: '', type: 'output' }] },
  })
  expect(fs.readdirSync(folder)).toEqual(['small_00001_.png'])
})

test('files are numbered on and never overwritten', async () => {
  fs.writeFileSync(path.join(folder, 'small_00007_.png'), 'mine')
  fs.writeFileSync(path.join(folder, 'smaller_00099_.png'), '')
  await run({ '1': noise, '2': save })
  expect(fs.readdirSync(folder).sort()).toEqual([
    'small_00007_.png',
    'small_00008_.png',
    'smaller_00099_.png',
  ])
  expect(fs.readFileSync(path.join(folder, 'small_00007_.png'), 'utf8')).toBe('mine')
})

test('jobs that save under one name at once get files of their own', async () => {
  await Promise.all([run({ '1': noise, '2': save }), run({ '1': noise, '2': save })])
  expect(fs.readdirSync(folder).sort()).toEqual(['small_00001_.png', 'small_00002_.png'])
})

test('a saved image can be loaded again', async () => {
  await run({ '1': noise, '2': save })
  const load = { class_type: 'LoadImage', inputs: { image: 'small_00001_.png' } }
  expect((await run({ '1': load, '2': save })).status).toBe('success')
  const [first, second] = ['small_00001_.png', 'small_00002_.png'].map((name) =>
    fs.readFileSync(path.join(folder, name)),
  )
  expect(second).toEqual(first)
})

test('a node that throws fails the job, says where, and leaves the channel informed', async () => {
  const other = { ...noise, inputs: { ...noise.inputs, width: 5 } }
  const inputs = { image1: ['1', 0], image2: ['3', 0], blend_factor: 1, blend_mode: 'normal' }
  const images = { ...save, inputs: { ...save.inputs, images: ['4', 0] } }
  const outcome = await run({
    '1': noise,
    '3': other,
    '4': { class_type: 'ImageBlend', inputs },
    '2': images,
  })
  expect(outcome.status).toBe('error')
  expect(outcome.frames.at(-1)).toMatchObject({
    type: 'execution_error',
    data: {
      prompt_id: 'job-1',
      node_id: '4',
      node_type: 'ImageBlend',
      executed: ['1', '3'],
      exception_type: 'RangeError',
      exception_message: 'The images differ in size: 6x4 and 5x4 pixels',
    },
  })
  expect(events[1]).toBe('error RangeError: The images differ in size: 6x4 and 5x4 pixels')
  expect(fs.readdirSync(folder)).toEqual([])
})

test('an interrupted job ends where it is, and is announced as cancelled', async () => {
  const cancelled: unknown[] = []
  const note = (job: unknown) => void cancelled.push(job)
  diagnosticsChannel.channel('studio.job.cancelled').subscribe(note)
  onTestFinished(() => void diagnosticsChannel.channel('studio.job.cancelled').unsubscribe(note))
  const abort = new AbortController()
  const frames: Frame[] = []
  const stopAtFirstProgress = (frame: Frame) => {
    frames.push(frame)
    if (frame.type === 'progress') abort.abort()
  }
  const outcome = await run({ '1': noise, '2': save }, stopAtFirstProgress, abort.signal)
  expect(outcome.status).toBe('interrupted')
  expect(cancelled).toEqual([context])
  expect(outcome.frames.at(-1)).toMatchObject({ type: 'execution_interrupted', data: { node_id: '1' } })
  expect(events).toHaveLength(2)
  expect(events[1]).toMatch(/^asyncEnd 0\.\d+$/)
  expect(fs.readdirSync(folder)).toEqual([])
})
