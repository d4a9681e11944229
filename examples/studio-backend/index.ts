import { parseOptions } from './options'
import { type StudioServer, startStudioServer } from './server/server'

const { port, folders, problems } = parseOptions(process.argv.slice(2), process.env)
for (const problem of problems) say(problem)

startStudioServer({ port, folders, now: Date.now, report: say }).then(
  (server) => {
    console.log(`Studio backend listening on ${server.url}`)
    endOnSignal(server)
  },
  (error: unknown) => {
    say(`cannot listen on port ${port}: ${whyNot(error)}`)
    process.exit(1)
  },
)

function endOnSignal(server: StudioServer): void {
  const end = () => {
    server.stop().then(() => process.exit(0))
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const taken = 'code' in error && error.code === 'EADDRINUSE'
  return taken ? 'another program uses it. PORT chooses another one' : error.message
}

function say(problem: string): void {
  console.error(`Studio backend: ${problem}`)
}
