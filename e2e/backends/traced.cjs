// Makes one call of each kind that dd-trace patches.
const fs = require('node:fs')
const http = require('node:http')

console.log(`argv: ${JSON.stringify(process.argv.slice(2))}; main: ${require.main === module}`)

const server = http.createServer((_request, response) => {
  fs.readFile(__filename, () => response.end('read'))
})
server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, path: '/read' }, (answer) => answer.resume())
})
