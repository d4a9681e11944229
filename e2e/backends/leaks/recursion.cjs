// A walk in circles: the stack overflows, that is caught, and what was noted on the way is retained.
const visited = []

function visit(node) {
  visited.push({ node, neighbours: [node - 1, node + 1] })
  visit(node + 1)
}

function explore() {
  try {
    visit(visited.length)
  } catch {
    setImmediate(explore)
  }
}

explore()
