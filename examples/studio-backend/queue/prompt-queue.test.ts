import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Outcome } from './outcome'
import { MAX_HISTORY, MAX_PENDING, PromptQueue } from './prompt-queue'

const outcome = (status: Outcome['status']): Outcome => ({ status, outputs: {}, frames: [] })
const submission = (id: string, number = 0) => ({
  id,
  number,
  prompt: {},
  extraData: {},
  outputIds: [],
  createdAt: 0,
  job: { id, name: id, kind: 'prompt', progress: 0 },
})
const idle = (queue: PromptQueue) => vi.waitFor(() => expect(queue.remaining).toBe(0), 30_000)

/** A run that lasts until it is ended or interrupted. */
function heldRun() {
  let end = () => {}
  const run = (signal: AbortSignal) =>
    new Promise<Outcome>((resolve) => {
      end = () => resolve(outcome('success'))
      signal.addEventListener('abort', () => resolve(outcome('interrupted')))
    })
  return { run, end: () => end() }
}

test('one prompt runs at a time, the lowest number first, equals in the order they came', async () => {
  const queue = new PromptQueue(() => {}, Date.now)
  const held = heldRun()
  const ran: string[] = []
  let active = 0
  const note = (id: string) => async () => {
    expect(++active).toBe(1)
    await Promise.resolve()
    active--
    ran.push(id)
    return outcome('success')
  }
  queue.submit(submission('held', 0), held.run)
  queue.submit(submission('b', 1), note('b'))
  queue.submit(submission('c', 2), note('c'))
  queue.submit(submission('b again', 1), note('b again'))
  queue.submit(submission('front', -3), note('front'))
  expect(queue.pending.map(({ id }) => id)).toEqual(['front', 'b', 'b again', 'c'])
  expect(queue.running?.submission.id).toBe('held')
  expect(queue.remaining).toBe(5)
  held.end()
  await idle(queue)
  expect(ran).toEqual(['front', 'b', 'b again', 'c'])
  expect([...queue.history.keys()]).toEqual(['held', 'front', 'b', 'b again', 'c'])
})

test('an interrupt ends the running prompt only, and with an id only that one', async () => {
  const queue = new PromptQueue(() => {}, Date.now)
  const held = heldRun()
  let interrupted: () => boolean = () => false
  queue.submit(submission('a'), (signal) => {
    interrupted = () => signal.aborted
    return held.run(signal)
  })
  queue.submit(submission('b'), async () => outcome('success'))
  queue.interrupt('b')
  expect(interrupted()).toBe(false)
  queue.interrupt('a')
  expect(interrupted()).toBe(true)
  await idle(queue)
  expect([...queue.history.values()].map((ended) => ended.outcome.status)).toEqual(['interrupted', 'success'])
  queue.interrupt()
})

test('waiting prompts can be dropped, some or all, and each is announced as cancelled', async () => {
  const cancelled: unknown[] = []
  const note = (job: unknown) => void cancelled.push((job as { id: string }).id)
  channel('studio.job.cancelled').subscribe(note)
  onTestFinished(() => void channel('studio.job.cancelled').unsubscribe(note))
  const queue = new PromptQueue(() => {}, Date.now)
  const held = heldRun()
  queue.submit(submission('held'), held.run)
  for (const id of ['a', 'b', 'c']) queue.submit(submission(id), async () => outcome('success'))
  queue.remove(['b', 'held', 'unknown'])
  expect(queue.pending.map(({ id }) => id)).toEqual(['a', 'c'])
  expect([queue.has('a'), queue.has('b'), queue.has('held')]).toEqual([true, false, true])
  queue.remove('all')
  held.end()
  await idle(queue)
  expect([...queue.history.keys()]).toEqual(['held'])
  expect(cancelled).toEqual(['b', 'a', 'c'])
})

test('a stopped queue interrupts, drops and refuses', async () => {
  const queue = new PromptQueue(() => {}, Date.now)
  queue.submit(submission('a'), heldRun().run)
  queue.submit(submission('b'), async () => outcome('success'))
  queue.stop()
  expect(queue.submit(submission('c'), async () => outcome('success'))).toBe(false)
  await idle(queue)
  expect([...queue.history.keys()]).toEqual(['a'])
})

test('queue and history are bounded', async () => {
  const queue = new PromptQueue(() => {}, Date.now)
  const held = heldRun()
  queue.submit(submission('held'), held.run)
  for (let index = 0; index < MAX_PENDING; index++) {
    expect(queue.submit(submission(`p${index}`), async () => outcome('success'))).toBe(true)
  }
  expect(queue.submit(submission('more'), async () => outcome('success'))).toBe(false)
  held.end()
  await idle(queue)
  expect(queue.history.size).toBe(MAX_HISTORY)
  expect([queue.history.has('held'), queue.history.has('p0')]).toEqual([false, true])
})

test('a prompt is announced in the async context in which it was submitted, and runs in no such', async () => {
  const request = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  const note = (job: unknown) => void seen.push([job, request.getStore()])
  channel('studio.job.queued').subscribe(note)
  onTestFinished(() => void channel('studio.job.queued').unsubscribe(note))
  const queue = new PromptQueue(() => {}, Date.now)
  const held = heldRun()
  request.run('first', () => queue.submit(submission('held'), held.run))
  for (const name of ['second', 'third']) {
    request.run(name, () =>
      queue.submit(submission(name), async () => {
        await new Promise((resolve) => setImmediate(resolve))
        seen.push(request.getStore())
        return outcome('success')
      }),
    )
  }
  held.end()
  await idle(queue)
  const announced = ['held', 'second', 'third'].map((id) => expect.objectContaining({ id }))
  expect(seen).toEqual([
    [announced[0], 'first'],
    [announced[1], 'second'],
    [announced[2], 'third'],
    ...[undefined, undefined],
  ])
})
