// Computes and allocates without an end, yielding now and then, in functions with names to look for.
const kept = new Map()

// Recursive, so that no optimiser makes it part of its caller.
function fibonacci(n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2)
}

let i = 0
// Called by the event loop alone: there is no caller that it could become part of.
function keepSome() {
  kept.set(i++ % 400, new Array(2_000).fill(i))
}

function turn() {
  fibonacci(24)
  setTimeout(turn, 1)
}
setInterval(keepSome, 4)
turn()
console.log('busy runs')
