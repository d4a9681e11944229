import { describe, expect, it } from 'vitest'
import { AppTags } from './app-tags'

describe('the tags of the app', () => {
  it('hold from when they are given', () => {
    const tags = new AppTags()
    tags.set({ plan: 'free' }, 100)
    tags.set({}, 200)
    expect([99, 100, 199, 200].map((at) => tags.at(at))).toEqual([{}, { plan: 'free' }, { plan: 'free' }, {}])
    expect([tags.recordedAt(150), tags.recordedAt(200)]).toEqual([{ tags: { plan: 'free' } }, {}])
  })

  it('are told at once and on every change, until nobody wants to hear of them', () => {
    const tags = new AppTags()
    const told: unknown[] = []
    const end = tags.follow((now) => told.push(now))
    tags.set({ plan: 'free' })
    end()
    tags.set({ plan: 'paid' })
    expect(told).toEqual([{}, { plan: 'free' }])
  })

  it('are forgotten, the oldest first, where they change without end', () => {
    const tags = new AppTags()
    for (let at = 1; at <= 5_000; at += 1) tags.set({ at: String(at) }, at)
    expect(tags.at(0)).toEqual({})
    expect(tags.at(4_500)).toEqual({ at: '4500' })
    expect(tags.at(10)).toEqual({})
  })
})
