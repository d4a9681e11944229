import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { engineEnvironment, withPythonPath } from './environment'

describe('the engine’s environment', () => {
  it('is this process’s, with a tag that tells the two apart', () => {
    const environment = engineEnvironment({ DD_SERVICE: 'studio', DD_TAGS: 'team:a,site:b', HOME: '/home/u' })
    expect(environment).toMatchObject({
      DD_SERVICE: 'studio',
      DD_TAGS: 'team:a,site:b,studio.process:engine',
      HOME: '/home/u',
    })
  })

  it('has the tags of the app, each one tag', () => {
    const tags = { 'usr.id': 'u 1, the second', plan: 'free' }
    const { DD_TAGS } = engineEnvironment({ DD_TAGS: 'team:a site:b' }, tags)
    expect(DD_TAGS).toBe('team:a site:b usr.id:u_1_the_second plan:free studio.process:engine')
  })

  it('has no empty Datadog names, and leaves other empty ones alone', () => {
    const environment = engineEnvironment({
      DD_TRACE_AGENT_URL: '',
      CUDA_VISIBLE_DEVICES: '',
      GONE: undefined,
    })
    expect(environment).not.toHaveProperty('DD_TRACE_AGENT_URL')
    expect(environment).not.toHaveProperty('GONE')
    expect(environment.CUDA_VISIBLE_DEVICES).toBe('')
  })

  it('makes Python write at once, unless the user wants otherwise', () => {
    expect(engineEnvironment({}).PYTHONUNBUFFERED).toBe('1')
    expect(engineEnvironment({ PYTHONUNBUFFERED: '' }).PYTHONUNBUFFERED).toBe('')
  })

  it('puts a folder in front of Python’s path', () => {
    expect(withPythonPath({}, '/a').PYTHONPATH).toBe('/a')
    expect(withPythonPath({ PYTHONPATH: '/b' }, '/a').PYTHONPATH).toBe(`/a${path.delimiter}/b`)
  })
})
