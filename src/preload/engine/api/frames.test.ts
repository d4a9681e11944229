import { describe, expect, it } from 'vitest'
import { parseFrame } from './frames'

const parse = (frame: unknown) => parseFrame(JSON.stringify(frame))

describe('frames of the engine', () => {
  it('tell how many jobs remain', () => {
    const data = { status: { exec_info: { queue_remaining: 3 } }, sid: 'x' }
    expect(parse({ type: 'status', data })).toEqual({ type: 'status', remaining: 3 })
  })

  it('tell how far a node is', () => {
    const data = { value: 5, max: 20, prompt_id: 'a', node: '7' }
    expect(parse({ type: 'progress', data })).toEqual({
      type: 'nodes',
      jobId: 'a',
      nodes: [{ id: '7', share: 0.25, isOver: false }],
    })
  })

  it('tell how far all nodes are that have begun', () => {
    const node = (state: string, value: number, max: number) => ({ state, value, max, prompt_id: 'a' })
    const nodes = { '1': node('finished', 1, 1), '2': node('running', 1, 4), '3': node('pending', 0, 1) }
    expect(parse({ type: 'progress_state', data: { prompt_id: 'a', nodes } })).toEqual({
      type: 'nodes',
      jobId: 'a',
      nodes: [
        { id: '1', share: 1, isOver: true },
        { id: '2', share: 0.25, isOver: false },
      ],
    })
  })

  it('never tell of more than all, nor divide by nothing', () => {
    const share = (value: number, max: number) =>
      parse({ type: 'progress', data: { value, max, prompt_id: 'a', node: '7' } })
    expect(share(30, 20)).toMatchObject({ nodes: [{ share: 1 }] })
    expect(share(0, 0)).toMatchObject({ nodes: [{ share: 0 }] })
  })

  it.each([
    '',
    'null',
    '{',
    '[]',
    '{"type":"status"}',
    '{"type":"status","data":{"status":{"exec_info":{"queue_remaining":"3"}}}}',
    '{"type":"executing","data":{"node":"7","prompt_id":"a"}}',
    '{"type":"progress","data":{"value":-1,"max":1,"prompt_id":"a","node":"1"}}',
    '{"type":"progress","data":{"value":1,"max":1,"prompt_id":"","node":"1"}}',
    '{"type":"progress_state","data":{"prompt_id":"a","nodes":{"1":null}}}',
  ])('are none in %j', (text) => {
    expect(parseFrame(text)).toBeNull()
  })
})
