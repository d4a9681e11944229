// An unbounded cache, used by a server's handler that yields between requests.
const answers = new Map()

function remember(key) {
  answers.set(key, { key, body: new Array(200).fill(key) })
}

let requests = 0
function handleRequests() {
  for (let count = 0; count < 500; count += 1) remember(`user-${requests++}`)
  setImmediate(handleRequests)
}

handleRequests()
