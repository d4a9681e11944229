// Each connection adds a listener, which stays when the connection is gone.
const { EventEmitter } = require('node:events')

const changes = new EventEmitter().setMaxListeners(0)

function subscribe(connection) {
  const buffer = new Array(300).fill(connection)
  changes.on('change', () => buffer.push(connection))
}

let connections = 0
setInterval(() => {
  for (let count = 0; count < 300; count += 1) subscribe(connections++)
}, 5)
