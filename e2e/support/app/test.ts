import { test as base } from '@playwright/test'
import { type Agent, startAgent } from '../../../testing/agent/agent'
import { Studio, type StudioOptions } from './studio'
import { keepTemporaryFolder } from './temporary-folder'

interface Fixtures {
  /** Starts an app, which is ended with the test. */
  readonly launch: (options?: StudioOptions) => Studio
  /** A double of the Agent over real HTTP, on a port of its own. */
  readonly agent: Agent
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names from this pattern
  launch: async ({}, use, info) => {
    const started: Studio[] = []
    await use((options) => {
      const studio = Studio.launch(options)
      started.push(studio)
      return studio
    })
    for (const studio of started) await studio.destroy()
    if (info.status !== info.expectedStatus) keepTemporaryFolder()
  },
  // biome-ignore lint/correctness/noEmptyPattern: see above
  agent: async ({}, use) => {
    const agent = await startAgent()
    await use(agent)
    await agent.stop()
  },
})

export { expect } from '@playwright/test'
