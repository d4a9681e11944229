import type { Span, Tracer } from 'dd-trace'
import { describe, expect, it } from 'vitest'
import { JobNodes } from './job-nodes'

/** Records spans as they begin, are named and end, a line each. */
function recorded() {
  const lines: string[] = []
  const tracer = {
    startSpan(_name: string, { tags }: { tags: Record<string, string> }) {
      const id = tags['studio.node.id']
      lines.push(`${id} begins`)
      return {
        addTags: (more: Record<string, string>) => lines.push(`${id} is ${more['resource.name']}`),
        setTag: (name: string) => lines.push(`${id} has ${name}`),
        finish: () => lines.push(`${id} ends`),
      }
    },
  } as unknown as Tracer
  return { lines, nodes: new JobNodes(tracer, {} as Span) }
}

const runs = (id: string, share = 0) => ({ id, share, isOver: false })
const isOver = (id: string) => ({ id, share: 1, isOver: true })
const TYPES = new Map([
  ['1', 'Loader'],
  ['2', 'Sampler'],
])

describe('the nodes of a job', () => {
  it('have a span each, from frames that tell of all of them', () => {
    const { lines, nodes } = recorded()
    nodes.types = TYPES
    nodes.update([runs('1')])
    nodes.update([isOver('1'), runs('2')])
    nodes.update([isOver('1'), isOver('2')])
    nodes.end(null)
    expect(lines).toEqual(['1 begins', '1 is Loader', '1 ends', '2 begins', '2 is Sampler', '2 ends'])
  })

  it('end when another begins, from frames that tell of one', () => {
    const { lines, nodes } = recorded()
    nodes.types = TYPES
    nodes.update([runs('1', 0.5)])
    nodes.update([runs('2', 0.5)])
    expect(lines.filter((line) => /begins|ends/.test(line))).toEqual(['1 begins', '1 ends', '2 begins'])
    expect(nodes.progress).toBe(0.75)
  })

  it('get their kinds later, where those come later', () => {
    const { lines, nodes } = recorded()
    nodes.update([runs('1')])
    expect(nodes.progress).toBeNull()
    nodes.types = TYPES
    expect(lines).toEqual(['1 begins', '1 is node 1', '1 is Loader'])
  })

  it('end with the job, the one that failed with an error', () => {
    const { lines, nodes } = recorded()
    nodes.update([runs('1'), runs('2')])
    nodes.end('2')
    expect(lines.slice(-3)).toEqual(['1 ends', '2 has error', '2 ends'])
  })

  it('need no tracer to tell how much is done', () => {
    const nodes = new JobNodes(null, null)
    nodes.types = TYPES
    // A node that the engine made up while it ran the job is not counted.
    nodes.update([isOver('1'), runs('2', 0.5), isOver('2.0.1')])
    expect(nodes.progress).toBe(0.75)
  })
})
