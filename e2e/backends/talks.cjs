// A backend that writes output in every way there is, on request over HTTP.
const { spawn } = require('node:child_process')
const { tracingChannel } = require('node:diagnostics_channel')
const http = require('node:http')
const { Worker } = require('node:worker_threads')

const says = {
  console: () => {
    console.log('logged in %s', 'a request', { of: 'the server' })
    console.warn('warned')
    console.error(new Error('failed'))
    console.table([{ a: 1 }])
    process.stdout.write('written\n')
    process.stdout.write('{"level":50,"time":1700000000000,"msg":"own JSON","dd":{"trace_id":"1"}}\n')
    console.log(JSON.stringify({ level: 'warn', message: 'JSON in console', size: 7 }))
  },
  job: () => tracingChannel('studio.job').tracePromise(async () => console.info('in a job'), { id: 'talks' }),
  odd: async () => {
    console.log()
    console.log(Symbol('s'), null, undefined, () => {}, new Proxy({}, {}), Object.create(null))
    console.log('%s %d %o %%', 'x')
    console.log('\u001e\u001f\u001e0a1b2c3dilike a mark\u001f')
    console.group('a group')
    console.log('indented\ntwice')
    console.groupEnd()
    console.log({
      get hostile() {
        throw new Error('not read')
      },
    })
    try {
      console.log('%s', { [Symbol.toPrimitive]: 7, toString: null, valueOf: null })
    } catch {}
    const { log } = console
    log('on its own')
    Object.assign({}, console).log('copied')
    new console.Console(process.stdout).log('a console of its own')
    new Worker("console.log('from a worker')", { eval: true })
    spawn(
      process.platform === 'win32' ? 'cmd' : 'sh',
      process.platform === 'win32' ? ['/c', 'echo from a child'] : ['-c', 'echo from a child'],
      { stdio: 'inherit' },
    )
    console.log('x'.repeat(300_000))
    console.log = (text) => process.stdout.write(`replaced: ${text}\n`)
    console.log('mine')
    globalThis.console = { error: (text) => process.stderr.write(`another console: ${text}\n`) }
    console.error('theirs')
  },
  die: () => {
    console.error('last words\nof two lines')
    process.kill(process.pid, 'SIGKILL')
  },
}

const server = http.createServer(async (request, response) => {
  await says[request.url.slice(1)]()
  response.end('said')
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`talks on ${server.address().port}\n`))
