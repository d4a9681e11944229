import { API_KEY, CA_FILE, CLIENT_TOKEN, type Intake, startIntake } from '../../../testing/intake/intake'
import { test as base } from './test'

export const test = base.extend<{ readonly intake: Intake }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names from this pattern
  intake: async ({}, use) => {
    const intake = await startIntake()
    await use(intake)
    await intake.stop()
  },
})

/** The three ways, with the double at Datadog's place; hosts of Datadog's are reached through its proxy alone. */
const behindProxy = (intake: Intake) => ({ HTTPS_PROXY: intake.proxyUrl, NODE_EXTRA_CA_CERTS: CA_FILE })
export const WAYS = {
  'an API key': (intake: Intake) => ({
    DD_AGENTLESS_ENABLED: 'true',
    DD_API_KEY: API_KEY,
    ...behindProxy(intake),
  }),
  'a client token': (intake: Intake) => ({
    DD_CLIENT_TOKEN: CLIENT_TOKEN,
    DD_SITE: 'datadoghq.eu',
    ...behindProxy(intake),
  }),
  'a proxy of the user': (intake: Intake) => ({ DD_INTAKE_PROXY: intake.url }),
} as const

export { expect } from './test'
