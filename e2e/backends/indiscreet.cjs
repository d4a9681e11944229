// A backend that gives away all that it knows, wherever a text may stand. INDISCREET_PLAN is a JSON file: `names` (of jobs),
// `errors`, `lines` (of output), `resources` (of requests and spans), `module` (one that exports `keep` and `compute`).
const { tracingChannel } = require('node:diagnostics_channel')
const fs = require('node:fs')
const http = require('node:http')

const {
  names,
  errors,
  lines,
  resources,
  module: file,
} = JSON.parse(fs.readFileSync(process.env.INDISCREET_PLAN, 'utf8'))
const jobs = tracingChannel('studio.job')
const { keep, compute } = require(file)

for (const [at, line] of lines.entries()) (at % 2 ? console.error : console.log)(line)
for (const [at, name] of names.entries()) {
  jobs
    .tracePromise(() => fs.promises.readFile(file), { id: `named-${at}`, name, kind: name.slice(0, 60) })
    .catch(() => {})
}
for (const [at, message] of errors.entries()) {
  const fail = async () => {
    throw Object.assign(new Error(message), { code: message })
  }
  jobs.tracePromise(fail, { id: `failed-${at}` }).catch(() => {})
}

const die = () => {
  console.error(lines[0])
  // Called by the event loop alone: nothing is there that it could be inlined into. Some 6 MB each.
  setInterval(keep, 100)
}
const server = http.createServer((request, response) => {
  request.resume()
  response.writeHead(404).end()
  if (request.url === '/die') setImmediate(die)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  for (const path of resources) http.get({ port, path }, (answer) => answer.resume()).on('error', () => {})
  // Open when the backend dies.
  jobs.tracePromise(() => new Promise(() => {}), { id: 'open', name: names[0] }).catch(() => {})
  keep()
  setInterval(compute, 20)
  console.log(`all is said on ${port}`)
})
