/// A cluster used by the clients that people use (the official Java client, fabric8's, Python's),
/// and by input that nobody should send.
///
/// Read `LiveCluster` and `BareServer` first: the whole cluster with simulated nodes, and an API
/// server alone whose store and nodes are the test's. Then `OfficialClientTest`, and `badinput` for
/// the rest.
///
/// The clients know nothing of KAT's classes: what they see is what any program sees.
package kat.clients;
