/** Replaces the `electron` module in a program that is bundled for plain Node. */
export default {}
