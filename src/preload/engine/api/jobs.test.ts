import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { HistorySchema, JobsSchema, NodeTypesSchema, QueueSchema } from './jobs'

describe('the engine’s listings', () => {
  it('are read from /api/jobs', () => {
    const jobs = [
      { id: 'a', status: 'in_progress', priority: 0, create_time: 1 },
      { id: 'b', status: 'pending' },
      { id: 'c', status: 'completed' },
    ]
    expect(v.parse(JobsSchema, { jobs, pagination: {} })).toEqual({ running: ['a'], pending: ['b'] })
  })

  it('are read from /queue', () => {
    const item = (id: string) => [0.5, id, { '1': {} }, {}, ['1']]
    expect(v.parse(QueueSchema, { queue_running: [item('a')], queue_pending: [item('b')] })).toEqual({
      running: ['a'],
      pending: ['b'],
    })
  })

  it.each([
    null,
    [],
    {},
    { jobs: {} },
    { jobs: [null] },
    { jobs: [{ id: 7, status: 'pending' }] },
    { jobs: [{ id: '', status: 'pending' }] },
  ])('are not read from %j', (body) => {
    expect(v.safeParse(JobsSchema, body).success).toBe(false)
    expect(v.safeParse(QueueSchema, body).success).toBe(false)
  })
})

const entry = (status_str: string, ...messages: readonly unknown[]) => ({
  prompt: [0, 'a', {}, {}, []],
  outputs: {},
  status: { status_str, completed: status_str === 'success', messages },
})
const outcome = (body: unknown) => v.parse(HistorySchema, { a: body }).get('a')

describe('the engine’s history', () => {
  it('tells of a job that is done', () => {
    expect(outcome(entry('success', ['execution_success', {}]))).toEqual({ state: 'done' })
    expect(outcome({ status: null })).toEqual({ state: 'done' })
  })

  it('tells of a job that the user interrupted', () => {
    expect(outcome(entry('error', ['execution_interrupted', { node_id: '1' }]))).toEqual({
      state: 'cancelled',
    })
  })

  it('tells of an error, its node and nothing of the job’s inputs', () => {
    const data = {
      exception_type: 'torch.OutOfMemoryError',
      exception_message: 'CUDA out of memory.\n\nTIPS: ...\n',
      node_id: 3,
      node_type: 'KSampler',
      current_inputs: { prompt: ['a secret'] },
    }
    expect(outcome(entry('error', ['execution_start', {}], ['execution_error', data]))).toEqual({
      state: 'failed',
      error: {
        type: 'torch.OutOfMemoryError',
        message: 'CUDA out of memory.\n\nTIPS: ...',
        nodeId: '3',
        nodeType: 'KSampler',
      },
    })
  })

  it('tells of an error of which nothing is known', () => {
    expect(outcome(entry('error'))).toMatchObject({ state: 'failed', error: { type: 'Error', nodeId: null } })
    expect(outcome(entry('error', ['execution_error', 'what?']))).toMatchObject({
      state: 'failed',
      error: { type: 'Error', message: '' },
    })
  })
})

it('of a workflow only the kinds of its nodes are kept', () => {
  const prompt = { '1': { class_type: 'Loader', inputs: { text: 'a secret' } }, '2': { class_type: 'Save' } }
  expect([...v.parse(NodeTypesSchema, { id: 'a', workflow: { prompt } })]).toEqual([
    ['1', 'Loader'],
    ['2', 'Save'],
  ])
})
