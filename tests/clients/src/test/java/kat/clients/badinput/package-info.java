/// Input that nobody should send, and what must always hold of the answer: a status with a code
/// that fits, soon, without a word of how the server is made.
///
/// Read `RawClient` first, which sends bytes as they are; then `BadInputTest`, the corpus; then
/// `MutationTest`, which makes more of it from a seed.
///
/// Nothing here knows how the server reads; that is what it is for.
package kat.clients.badinput;
