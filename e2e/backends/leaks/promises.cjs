// Requests that wait for a response that never comes, and retain what they would do with it.
const waiting = new Set()

async function ask(id) {
  const question = new Array(150).fill(id)
  const answer = new Promise(() => {})
  waiting.add(answer)
  return [question, await answer]
}

let asked = 0
setInterval(() => {
  for (let count = 0; count < 500; count += 1) ask(asked++)
}, 5)
